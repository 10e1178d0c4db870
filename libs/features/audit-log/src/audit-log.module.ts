import { Module } from "@nestjs/common";
import { AuditSigner } from "./audit-signer.js";
import { AuditChainStore } from "./store/audit-chain.store.js";
import { AuditCheckpointStore } from "./store/audit-checkpoint.store.js";
import { AuditLogStore } from "./store/audit-log.store.js";
import { AppendToLog } from "./use-cases/append-to-log.js";
import { AuditLogQuery } from "./use-cases/audit-log-query.js";
import { ExportAuditLog } from "./use-cases/export-audit-log.js";
import { GetAuditLogs } from "./use-cases/get-audit-logs.js";
import { KeepAuditLog } from "./use-cases/keep-audit-log.js";
import { RecordEvents } from "./use-cases/record-events.js";
import { SignCheckpoints } from "./use-cases/sign-checkpoints.js";

const doors = [AuditLogQuery, GetAuditLogs, RecordEvents, SignCheckpoints, KeepAuditLog, ExportAuditLog];

/** The audit log: its consumer, its chain, and its queries. */
@Module({ providers: [AuditLogStore, AuditChainStore, AuditCheckpointStore, AuditSigner, AppendToLog, ...doors], exports: doors })
export class AuditLogModule {}
