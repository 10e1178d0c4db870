import type { DynamicModule, INestApplicationContext, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { RuntimeModule } from "@gatehouse/service-runtime";
import { testPlatform } from "./test-platform.js";

/** A booted Nest context. */
export interface TestModule {
  /** The provider of a class, wherever it is. */
  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T;
  close(): Promise<void>;
  nest: INestApplicationContext;
}

/** Boots feature modules and extra providers over the shared resources, without HTTP. */
export async function testModule(imports: (Type | DynamicModule)[], providers: Type[] = []): Promise<TestModule> {
  const { resources } = await testPlatform();
  class Root {}
  const nest = await NestFactory.createApplicationContext({ module: Root, imports: [RuntimeModule.forRoot(resources), ...imports], providers } as DynamicModule, {
    logger: false,
    abortOnError: false,
  });
  return { get: (type) => nest.get(type as Type, { strict: false }), close: () => nest.close(), nest };
}
