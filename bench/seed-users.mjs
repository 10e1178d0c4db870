#!/usr/bin/env node
// Fills a project of a database with users: node bench/seed-users.mjs --database=postgres://... --project=demo --users=1000000
import { seedUsers, vacuumUsers } from "../libs/services/user-search/test/seed-users.mjs";

const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const [database, projectId, users] = [option("database"), option("project"), Number(option("users"))];
if (!database || !projectId || !Number.isInteger(users)) throw new Error("usage: seed-users.mjs --database=URL --project=ID --users=NUMBER");
await seedUsers(database, { projectId, users, tell: console.log });
await vacuumUsers(database);
