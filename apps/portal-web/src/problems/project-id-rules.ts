export interface Rule {
  text: string;
  met: boolean;
}

/** The rules of a project ID that can be told without asking the server, in the order they are shown. */
export function projectIdRules(id: string): Rule[] {
  return [
    { text: "4 to 32 characters", met: id.length >= 4 && id.length <= 32 },
    { text: "Only lower-case letters, digits and hyphens", met: /^[a-z0-9-]+$/.test(id) },
    { text: "Starts and ends with a letter or a digit", met: /^[a-z0-9](.*[a-z0-9])?$/s.test(id) },
    { text: "Does not start with two letters and a hyphen", met: id.length > 0 && !/^[a-z]{2}-/.test(id) },
  ];
}
