export { soon } from "./soon.js";
export { testModule, type TestModule } from "./test-module.js";
export { testPlatform, type TestPlatform } from "./test-platform.js";
export { testProject, type TestProject, type TestProjectOptions } from "./test-project.js";
