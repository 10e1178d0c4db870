/** Attributes whose values are texts by their schema (RFC 4512, 4519, 4524, 2798; Active Directory): shown as they are, line breaks included. Names are case-sensitive. */
export const LDAP_STRING_ATTRIBUTES: ReadonlySet<string> = new Set(
  `associatedDomain associatedName buildingName businessCategory c carLicense cn co company countryCode department departmentNumber description destinationIndicator displayName distinguishedName
  division dnQualifier documentAuthor documentIdentifier documentLocation documentPublisher documentTitle documentVersion drink employeeID employeeNumber employeeType enhancedSearchGuide
  facsimileTelephoneNumber gecos generationQualifier gidNumber givenName homeDirectory homePhone homePostalAddress host houseIdentifier info initials internationalISDNNumber ipPhone l labeledURI
  loginShell mail manager member memberOf mobile name o objectCategory objectClass organizationalStatus otherMailbox ou owner pager personalTitle physicalDeliveryOfficeName postOfficeBox postalAddress
  postalCode preferredDeliveryMethod preferredLanguage proxyAddresses registeredAddress roleOccupant roomNumber sAMAccountName searchGuide secretary seeAlso serialNumber sn st street streetAddress
  telephoneNumber teletexTerminalIdentifier telexNumber title uid uidNumber uniqueIdentifier uniqueMember url userClass userPrincipalName wWWHomePage x121Address`.split(/\s+/),
);
