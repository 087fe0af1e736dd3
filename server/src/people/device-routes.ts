import { Type } from 'typebox';
import { type AnyRoute, oneOf, pathId, route, timestamp } from '../platform/index.ts';
import { decide, finishDevice, openDevice, startDevice } from './device-sign-in.ts';

const code = pathId('The short code, as WDJB-MJHT.');

/** Signing in a program by a browser: the program starts and finishes, a person decides in between. */
export const deviceRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/session/device',
    operationId: 'startDeviceSignIn',
    summary: 'Ask for a sign-in that a person approves in a browser',
    permission: 'open',
    idempotent: false,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'What the token will be called.' })),
    }),
    response: {
      201: Type.Object({
        deviceCode: Type.String({ description: 'Secret of the program; good once, for ten minutes.' }),
        userCode: Type.String({ description: 'Shown to the person.' }),
        verificationUrl: Type.String(),
        verificationUrlComplete: Type.String(),
        expiresAt: timestamp,
        intervalSeconds: Type.Integer(),
      }),
    },
    handler: async (ctx, { body, request }) => startDevice(ctx, body.name ?? 'command line', request.ip),
  }),
  route({
    method: 'POST',
    path: '/session/device/token',
    operationId: 'finishDeviceSignIn',
    summary: 'The token, once a person has approved',
    description:
      'Until then 400 with code authorization-pending; slow-down, device-code-expired and sign-in-denied say the rest.',
    permission: 'open',
    idempotent: false,
    body: Type.Object({ deviceCode: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: { 201: Type.Object({ token: Type.String(), expiresAt: timestamp, personId: Type.String() }) },
    handler: async (ctx, { body }) => finishDevice(ctx, body.deviceCode),
  }),
  route({
    method: 'GET',
    path: '/session/device/{code}',
    operationId: 'getDeviceSignIn',
    summary: 'Who asks under a short code; for a person in a browser',
    permission: 'self',
    params: Type.Object({ code }),
    response: {
      200: Type.Object({ name: Type.String(), address: Type.String(), createdAt: timestamp, expiresAt: timestamp }),
    },
    handler: async (ctx, { params }) => openDevice(ctx, params.code),
  }),
  route({
    method: 'POST',
    path: '/session/device/{code}/decision',
    operationId: 'decideDeviceSignIn',
    summary: 'Approve or refuse it; for a person in a browser',
    permission: 'self',
    idempotent: false,
    params: Type.Object({ code }),
    body: Type.Object({ decision: oneOf(['approved', 'denied']) }),
    response: { 204: Type.Null() },
    handler: async (ctx, { params, body }) => decide(ctx, params.code, body.decision),
  }),
];
