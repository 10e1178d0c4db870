import type { FraudDecisionRow } from "@gatehouse/feature-fraud-protection";
import { toGlobalId } from "@gatehouse/platform-graphql";

/** `FraudProtectionDecisionRecord` of the schema. */
export function presentFraudDecision(row: FraudDecisionRow) {
  const { createdAt, decision, action, recipient, phoneCountry, ipAddress, geoLocationCode, warnings, data } = row;
  const record = data.payload.record as { user_agent?: string; action_detail: { type: string } };
  return {
    __typename: "FraudProtectionDecisionRecord",
    id: toGlobalId("FraudProtectionDecisionRecord", row.id),
    createdAt,
    decision,
    action,
    actionDetail: { __typename: "FraudProtectionDecisionSendSMSActionDetail", recipient, type: record.action_detail.type ?? "", phoneNumberCountryCode: phoneCountry },
    triggeredWarnings: warnings,
    ipAddress,
    userAgent: record.user_agent ?? null,
    geoLocationCode,
    data,
  };
}

/** A presented decision. */
export type FraudDecisionNode = ReturnType<typeof presentFraudDecision>;
