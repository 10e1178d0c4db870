import type { Bucket } from "@gatehouse/service-rate-limit";

/** Pictures that a user may send: 10 an hour, not configurable (spec: protection §2.3). */
export const uploadLimit = (userId: string): Bucket => ({ name: "PresignImageUploadRequestPerUser", args: [userId], config: { enabled: true, period: "1h", burst: 10 } });
