import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { TargetNotAllowed } from './outbound.errors.js';

/** The only part of IPv6 that is given out; ipaddr calls also the rest unicast, as the old forms of IPv4 in IPv6. */
const GIVEN_OUT = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
/** Public by its number, but inside of Azure the machine's own platform answers there. */
const AZURE = '168.63.129.16';

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Whether the address is one of the internet, and not of this machine, its network or its cloud. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE) return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GIVEN_OUT);
}

/** The address if it is written as one, without the brackets of a URL. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : undefined;
}

/**
 * Resolves names as the system does, to public addresses only. It is asked for each connection, which is then made to
 * what it answered: nobody can answer something else in between.
 */
export function publicLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      // One that is not public among others is an attempt, or a mistake that helps one.
      const refused = error ?? (addresses.every(({ address }) => isPublic(address)) ? null : notPublic());
      if (refused) return callback(refused, []);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      if (first) callback(null, first.address, first.family);
      else callback(notPublic(), '');
    });
  };
}

export function notPublic(): TargetNotAllowed {
  return new TargetNotAllowed('it is not a public one');
}
