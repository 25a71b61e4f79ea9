import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';

/**
 * Tells the server that the answer has been written to Node's own response. The server overlooks it when it is a Response of
 * its own light kind, which it is wherever another server was started before this module was loaded; once read, it is not.
 */
export const alreadySent: Response = RESPONSE_ALREADY_SENT;
void alreadySent.bodyUsed;
