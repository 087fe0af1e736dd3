import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from '../config.ts';
import { type Problem, unavailable } from '../problem.ts';

/** The commands that we use, and the client that sends them; loaded only where a bucket is used. */
export type Sdk = typeof import('@aws-sdk/client-s3');

export interface Bucket {
  sdk: Sdk;
  client: S3Client;
  place: S3Place;
}

/** A bucket that cannot be used; one sentence that says what to do. */
export class BucketError extends Error {
  override name = 'BucketError';
}

/**
 * A client with the settings of the place. Whether the bucket answers is not known yet.
 *
 * @throws BucketError when there are no credentials, or the SDK is not installed
 */
export async function openBucket(place: S3Place, options: { patient: boolean } = { patient: true }): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3').catch(() => {
    throw new BucketError(
      'PLINTH_BLOBS names a bucket, and the package @aws-sdk/client-s3 is not installed. Run npm ci with optional packages.',
    );
  });
  const client = new sdk.S3Client({
    region: place.region,
    ...(place.endpoint ? { endpoint: place.endpoint } : {}),
    ...(place.credentials ? { credentials: place.credentials } : {}),
    forcePathStyle: place.pathStyle,
    maxAttempts: options.patient ? 6 : 2,
    // Contents have digests of their own, which are checked; what older servers do not know is not asked of them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: options.patient ? 10_000 : 4_000,
      socketTimeout: options.patient ? 60_000 : 8_000,
      httpAgent: { maxSockets: 128, keepAlive: true },
      httpsAgent: { maxSockets: 128, keepAlive: true },
    },
  });
  await client.config.credentials().catch((error: Error) => {
    client.destroy();
    throw new BucketError(
      `PLINTH_BLOBS is ${nameOf(place)}, and there are no credentials for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary ones), or AWS_PROFILE, or give this machine a role (${error.message}).`,
    );
  });
  return { sdk, client, place };
}

/** Sends a command whose refusal means nothing to us but that the bucket cannot be used. */
export async function ask<T>({ place }: Bucket, sent: Promise<T>): Promise<T> {
  return sent.catch((error: unknown) => {
    throw outOfReach(error, place);
  });
}

export const nameOf = ({ bucket, prefix }: S3Place): string => `s3://${bucket}${prefix ? `/${prefix}` : ''}`;

interface Answered {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

export const statusOf = (error: unknown): number => (error as Answered).$metadata?.httpStatusCode ?? 0;
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 || ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes((error as Answered).name ?? '');
/** The condition of a write did not hold, or another write was at the same key at the same time. */
export const isTaken = (error: unknown): boolean => statusOf(error) === 412 || statusOf(error) === 409;

/** Why the bucket did not do as asked, in the words of a person. */
export function describeFault(error: unknown, place: S3Place): string {
  const { name = '', code = '', message = '' } = error as Answered;
  const where = place.endpoint ?? `AWS in ${place.region}`;
  const status = statusOf(error);
  if (name === 'NoSuchBucket') return `${where} has no bucket ${place.bucket}. Make it, or correct PLINTH_BLOBS.`;
  if (/^(SignatureDoesNotMatch|InvalidAccessKeyId|InvalidToken|XAdminUserNotFound)$/.test(name) || status === 401)
    return `${where} does not know these credentials (${name || status}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  if (name === 'ExpiredToken' || name === 'ExpiredTokenException')
    return 'The temporary credentials have run out. Set AWS_SESSION_TOKEN and the keys anew.';
  if (name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed' || status === 301)
    return `${place.bucket} is not in the region ${place.region}. Set AWS_REGION to its region.`;
  if (status === 403)
    return `${nameOf(place)} may not be used with these credentials (${name}). Grant them reading, writing, listing and deleting.`;
  if (status === 404) return `${where} has no bucket ${place.bucket}. Make it, or correct PLINTH_BLOBS.`;
  if (status >= 400) return `${where} answers ${status} ${name}: ${message}. Check AWS_ENDPOINT_URL and the bucket.`;
  return `${where} does not answer (${code || message || name}). Check AWS_ENDPOINT_URL${place.endpoint ? '' : ' and the network'}.`;
}

/** For requests of people: nothing was done, and it is worth another try. */
export const outOfReach = (error: unknown, place: S3Place): Problem =>
  unavailable(`The store of file contents cannot be used just now: ${describeFault(error, place)}`, 5);
