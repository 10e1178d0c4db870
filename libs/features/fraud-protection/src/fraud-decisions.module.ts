import { Module } from "@nestjs/common";
import { FraudDecisionStore } from "./store/fraud-decision.store.js";
import { KeepFraudRecords } from "./use-cases/keep-fraud-records.js";
import { ListFraudDecisions } from "./use-cases/list-fraud-decisions.js";
import { RecordDecisions } from "./use-cases/record-decisions.js";
import { SumUpFraudDecisions } from "./use-cases/sum-up-fraud-decisions.js";

const doors = [RecordDecisions, ListFraudDecisions, SumUpFraudDecisions, KeepFraudRecords];

/** Records of fraud protection's decisions. */
@Module({ providers: [FraudDecisionStore, ...doors], exports: doors })
export class FraudDecisionsModule {}
