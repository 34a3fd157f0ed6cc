// A server as it is typed into a form.
import type { ApiError, Protocol, Security, Server } from '../ipc/bindings';

export interface TypedServer {
  host: string;
  port: string;
  security: Security;
}

export type Side = 'incoming' | 'outgoing';

/** What the fields of a server need of the form that they stand in. */
export type ServerForm<S extends Side = Side> = Record<S, TypedServer> & {
  readonly mode: Protocol;
  readonly failure: ApiError | null;
  serverEdited(side: S): void;
  setSecurity(side: S, security: Security): void;
};

/** The standard port of each kind of server and security (RFC 8314, RFC 6409). */
const PORTS: Record<Protocol | 'smtp', Record<Security, number>> = {
  imap: { tls: 993, starttls: 143, plain: 143 },
  pop3: { tls: 995, starttls: 110, plain: 110 },
  smtp: { tls: 465, starttls: 587, plain: 25 },
};

export function standardPort(kind: Protocol | 'smtp', security: Security): string {
  return String(PORTS[kind][security]);
}

/** Changes the security of a server; a standard port follows. */
export function changeSecurity(server: TypedServer, kind: Protocol | 'smtp', security: Security): void {
  const isStandard = Number(server.port) === PORTS[kind][server.security];
  if (server.port === '' || isStandard) server.port = standardPort(kind, security);
  server.security = security;
}

/** Whether it names a host and a port. */
export function isComplete(server: TypedServer): boolean {
  const port = Number(server.port);
  return server.host.trim() !== '' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Whether plain text may be offered: only to a server on this very computer. */
export function isLoopback(host: string): boolean {
  const name = host.trim().toLowerCase();
  return name === 'localhost' || name === '::1' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

export function toTyped(server: Server): TypedServer {
  return { host: server.host, port: String(server.port), security: server.security };
}

export function fromTyped(typed: TypedServer): Server {
  return { host: typed.host.trim(), port: Number(typed.port), security: typed.security };
}
