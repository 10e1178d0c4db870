import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const [SLAPD, SLAPADD, SCHEMAS, MODULES] = ["/usr/sbin/slapd", "/usr/sbin/slapadd", "/etc/ldap/schema", "/usr/lib/ldap"] as const;
const START_MS = 20_000;

/** Where people are, and the account that may search for them; `ou=public` is open to everybody. */
export const SUFFIX = "dc=example,dc=test";
export const SEARCH_ACCOUNT = { dn: `cn=search,${SUFFIX}`, password: "search secret" };
/** Bytes of an attribute that are no text. */
export const PHOTO = Buffer.from("ffd8ffe000104a46494600ff00fe", "hex");
export const GUID = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");

/** How a directory of a test differs. */
export interface DirectoryOptions {
  /** Offers StartTLS, and listens for `ldaps://`. */
  tls?: boolean;
  /** Lines for slapd.conf. */
  settings?: string[];
}

/** A directory of its own for a test file. */
export interface Directory {
  /** `ldap://`. */
  url: string;
  /** `ldaps://`, with `tls`. */
  secureUrl: string;
  /** PEM of the authority of its certificate for `localhost`, with `tls`. */
  certificate: string;
  close(): Promise<void>;
}

const base64 = (value: string | Buffer): string => Buffer.from(value).toString("base64");

/** LDIF of a person: each attribute in base64, so that any value may stand. */
function person(place: string, name: string, attributes: Record<string, string | Buffer>): string {
  const all: [string, string | Buffer][] = [["uid", name], ["cn", name], ["sn", name], ...Object.entries(attributes)];
  const dn = `uid=${name.replace(/["+,;<>\\=#*()]/g, (character) => `\\${Buffer.from(character).toString("hex")}`)},${place}`;
  return [`dn:: ${base64(dn)}`, "objectClass: inetOrgPerson", "objectClass: guidObject", ...all.map(([attribute, value]) => `${attribute}:: ${base64(value)}`)].join("\n");
}

const PEOPLE = `ou=people,${SUFFIX}`;
const entries = [
  `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example`,
  `dn: ${SEARCH_ACCOUNT.dn}\nobjectClass: person\ncn: search\nsn: search\nuserPassword: ${SEARCH_ACCOUNT.password}`,
  `dn: ${PEOPLE}\nobjectClass: organizationalUnit\nou: people`,
  `dn: ou=public,${SUFFIX}\nobjectClass: organizationalUnit\nou: public`,
  person(PEOPLE, "ada", {
    mail: "Ada@Example.test",
    mobile: "+852 9876-5432",
    objectGUID: GUID,
    jpegPhoto: PHOTO,
    description: "naïve\nÅngström",
    userPassword: "ada secret",
  }),
  person(PEOPLE, "bob", { mail: "pair@example.test", userPassword: "bob secret" }),
  person(PEOPLE, "bobby", { mail: "pair@example.test", userPassword: "bob secret" }),
  ...["tim", "tom", "tam"].map((name) => person(PEOPLE, name, { mail: "trio@example.test", userPassword: "trio secret" })),
  person(PEOPLE, "nopassword", { mail: "nopassword@example.test" }),
  person(PEOPLE, "badphone", { mobile: "extension 7", userPassword: "badphone secret" }),
  person(PEOPLE, "a*(b)\\c", { userPassword: "odd secret" }),
  person(PEOPLE, "jürgen", { userPassword: "pässwörd 🔑" }),
  person(`ou=public,${SUFFIX}`, "eve", { mail: "eve@example.test", userPassword: "eve secret" }),
];

const rules = `access to attrs=userPassword by dn.exact="${SEARCH_ACCOUNT.dn}" read by anonymous auth by * none
access to dn.subtree="${PEOPLE}" by dn.exact="${SEARCH_ACCOUNT.dn}" read by anonymous auth by * none
access to * by * read`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });

function makeCertificate(folder: string): string[] {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", path.join(folder, "key.pem"), "-out", path.join(folder, "certificate.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", ...subject, ...files], { stdio: "ignore" });
  return [`TLSCertificateFile ${path.join(folder, "certificate.pem")}`, `TLSCertificateKeyFile ${path.join(folder, "key.pem")}`];
}

/** Starts slapd with a few people in it, on free ports, in a folder of its own. */
export async function startDirectory({ tls = false, settings = [] }: DirectoryOptions = {}): Promise<Directory> {
  if (!existsSync(SLAPD) || !existsSync(SLAPADD)) throw new Error("The LDAP tests need OpenLDAP's slapd: apt-get install slapd");
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-directory-"));
  const config = path.join(folder, "slapd.conf");
  mkdirSync(path.join(folder, "data"));
  const lines = [
    ...["core", "cosine", "inetorgperson"].map((name) => `include ${SCHEMAS}/${name}.schema`),
    "attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )",
    "objectclass ( 1.3.6.1.4.1.4203.666.1 NAME 'guidObject' SUP top AUXILIARY MAY objectGUID )",
    `modulepath ${MODULES}`,
    "moduleload back_mdb",
    ...(tls ? makeCertificate(folder) : []),
    ...settings,
    "database mdb",
    `suffix ${SUFFIX}`,
    `directory ${path.join(folder, "data")}`,
    rules,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  writeFileSync(path.join(folder, "people.ldif"), `${entries.join("\n\n")}\n`);
  execFileSync(SLAPADD, ["-f", config, "-l", path.join(folder, "people.ldif")], { stdio: "pipe" });

  const [port, securePort] = [await freePort(), await freePort()];
  const listeners = [`ldap://127.0.0.1:${port}/`, ...(tls ? [`ldaps://127.0.0.1:${securePort}/`] : [])];
  const server = spawn(SLAPD, ["-f", config, "-h", listeners.join(" "), "-d", "0"], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  for (const end = Date.now() + START_MS; !(await answers(port)); await wait(20))
    if (server.exitCode !== null || Date.now() > end) throw new Error(`slapd did not start; see ${config}`);
  return {
    url: `ldap://localhost:${port}`,
    secureUrl: `ldaps://localhost:${securePort}`,
    certificate: tls ? readFileSync(path.join(folder, "certificate.pem"), "utf8") : "",
    close: async () => {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
