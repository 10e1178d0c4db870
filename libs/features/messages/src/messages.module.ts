import { Module } from "@nestjs/common";
import { InboxStore } from "./store/inbox.store.js";
import { DeliverMessage } from "./use-cases/deliver-message.js";
import { HandleMessageJob } from "./use-cases/handle-message-job.js";
import { ListInbox } from "./use-cases/list-inbox.js";

/** Delivery of queued messages, and the development inbox. */
@Module({ providers: [InboxStore, DeliverMessage, HandleMessageJob, ListInbox], exports: [HandleMessageJob, ListInbox] })
export class MessagesModule {}
