/** A fault in the words of the Storage API: `status` goes into the body, the HTTP status is 400 for nearly all. */
export class StorageError extends Error {
  readonly status: number;
  readonly code: string;
  readonly error: string;

  constructor(status: number, code: string, told: { message: string; error?: string }) {
    super(told.message);
    this.name = 'StorageError';
    this.status = status;
    this.code = code;
    this.error = told.error ?? code;
  }
}

export const noSuchBucket = () => new StorageError(404, 'NoSuchBucket', { message: 'Bucket not found', error: 'Bucket not found' });
export const noSuchKey = () => new StorageError(404, 'NoSuchKey', { message: 'Object not found', error: 'not_found' });
export const noSuchUpload = () => new StorageError(404, 'NoSuchUpload', { message: 'Upload not found' });
export const duplicate = () =>
  new StorageError(409, 'KeyAlreadyExists', { message: 'The resource already exists', error: 'Duplicate' });
export const denied = (message: string) => new StorageError(403, 'AccessDenied', { message, error: 'Unauthorized' });
export const invalidMime = (type: string) =>
  new StorageError(415, 'InvalidMimeType', { message: `mime type ${type} is not supported`, error: 'invalid_mime_type' });
export const tooLarge = () =>
  new StorageError(413, 'EntityTooLarge', {
    message: 'The object exceeded the maximum allowed size',
    error: 'Payload too large',
  });
export const invalidKey = (key: string) => new StorageError(400, 'InvalidKey', { message: `Invalid key: ${key}` });
export const invalidRequest = (message: string) => new StorageError(400, 'InvalidRequest', { message });
export const invalidToken = (message: string) => new StorageError(400, 'InvalidJWT', { message });
export const wrongKey = () => new StorageError(401, 'InvalidApiKey', { message: 'Invalid API key' });
export const invalidSignature = () => new StorageError(400, 'InvalidSignature', { message: 'InvalidSignature' });
export const bucketNotEmpty = () =>
  new StorageError(409, 'ResourceNotEmpty', { message: 'The bucket you tried to delete is not empty' });
export const invalidBucketName = () =>
  new StorageError(400, 'InvalidBucketName', { message: 'Bucket name invalid', error: 'Invalid Input' });
export const databaseDown = () =>
  new StorageError(503, 'DatabaseUnavailable', { message: 'The database is being started again' });
export const isDatabaseDown = (error: unknown): boolean => error instanceof StorageError && error.code === 'DatabaseUnavailable';

export const errorBody = (error: StorageError) => ({
  statusCode: String(error.status),
  error: error.error,
  message: error.message,
  code: error.code,
});
