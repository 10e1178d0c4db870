import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A mail server that keeps what it is given, or refuses every message. */
export class FakeSmtpServer {
  readonly mails: string[] = [];
  refuse = false;
  private readonly server: Server = createServer((socket) => this.talk(socket));

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }

  private talk(socket: Socket): void {
    let data: string | undefined;
    let rest = "";
    socket.on("error", () => undefined);
    socket.write("220 fake\r\n");
    socket.on("data", (chunk) => {
      rest += chunk.toString();
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data !== undefined) {
          if (line === ".") {
            this.mails.push(data);
            data = undefined;
            socket.write("250 kept\r\n");
          } else data += `${line}\n`;
        } else if (line.startsWith("DATA")) {
          data = "";
          socket.write("354 go\r\n");
        } else if (line.startsWith("MAIL") && this.refuse) socket.write("550 no\r\n");
        else if (line.startsWith("QUIT")) socket.end("221 bye\r\n");
        else socket.write("250 fine\r\n");
      }
    });
  }
}
