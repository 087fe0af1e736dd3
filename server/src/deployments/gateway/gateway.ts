import { inProject, require } from '../../access/index.ts';
import { newId } from '../../kit/ids.ts';
import { LRUCache } from '../../kit/lru-cache.ts';
import { asProblem, type Context, counter, type Platform, Problem, unavailable } from '../../platform/index.ts';
import type { Channel } from '../../policies/index.ts';
import type { PredictionLog } from '../../predictions/index.ts';
import { deadlineExceeded, noSuchChannel, notServing, overloaded, unknownDeployment } from '../deployment.ts';
import { chooseChannel, chooseReplica } from './choose.ts';
import { type ModelAnswer, ReplicaFull, ReplicaGone, ReplicaLate } from './replica-connection.ts';
import { type ChannelRoute, openRoutingTable, type Replica, type Route } from './routing-table.ts';

/** One call of a deployment, as a wire hands it over. */
export interface Call {
  /** Null for the plain address, which is split over the channels. */
  channel: Channel | null;
  form: 'mlflow' | 'v2';
  contentType: string;
  body: Buffer;
  timeoutSeconds: number;
  /** The same key always goes to the same channel. */
  stickyKey?: string;
  /** Aborted when the caller has gone. */
  signal?: AbortSignal;
}

export interface CallAnswer {
  predictionId: string;
  status: number;
  body: Buffer;
  channel: Channel;
  revisionId: string;
  modelName: string;
  modelVersion: number;
}

export interface Gateway {
  /** A deployment by name, after asking whether the caller may call it. @throws 403, 404 */
  open(ctx: Context, name: string): Promise<Route>;
  /** The channel for a call, which has something that serves. @throws 404, 503 */
  channel(
    route: Route,
    name: Channel | null,
    stickyKey?: string,
  ): ChannelRoute & { revision: NonNullable<ChannelRoute['revision']> };
  /** Answers once the prediction is on record. @throws 429, 503, 504 */
  call(ctx: Context, route: Route, call: Call): Promise<CallAnswer>;
  stop(): void;
}

/** A right that was taken away must be refused within five seconds. */
const allowedMilliseconds = 3_000;
/** While the database is away, who could call a moment ago still can, for this long. */
const lastKnownMilliseconds = 15 * 60_000;
const avoidMilliseconds = 1_000;
/** How long a request waits for a replica to come back when all that were known have gone. */
const patienceMilliseconds = 3_000;
const mostTries = 4;

const together = counter('plinth_predictions_total', 'Requests answered by deployments.', ['deployment', 'channel', 'status']);

export async function openGateway(platform: Platform, host: string, predictions: PredictionLog): Promise<Gateway> {
  const table = await openRoutingTable(platform, host);
  const allowed = new LRUCache<true>(20_000, allowedMilliseconds);
  const lastAllowed = new LRUCache<true>(20_000, lastKnownMilliseconds);
  let turn = 0;

  async function open(ctx: Context, name: string): Promise<Route> {
    let route = table.find(name);
    if (!route) {
      // Made a moment ago, perhaps.
      await table.refresh();
      route = table.find(name);
    }
    if (!route) {
      ctx.decided.add('deployment.call');
      throw unknownDeployment(name);
    }
    const { actor } = ctx;
    const key = `${actor.id} ${actor.tokenId ?? actor.sessionId ?? ''} ${route.projectId}`;
    if (allowed.get(key)) {
      ctx.decided.add('deployment.call');
      return route;
    }
    try {
      await require(ctx, 'deployment.call', inProject('deployment', route.id, route.projectId, route.name));
    } catch (error) {
      if (error instanceof Problem) lastAllowed.delete(key);
      if (asProblem(error).status !== 503 || !lastAllowed.get(key)) throw error;
      platform.log.warn({ error: (error as Error).message }, 'the database is away; a caller is let in as before');
      return route;
    }
    allowed.set(key, true);
    lastAllowed.set(key, true);
    return route;
  }

  function channelOf(route: Route, name: Channel | null, stickyKey?: string) {
    if (route.stopped) throw notServing(route.name, 'somebody stopped it.');
    const chosen = name ?? chooseChannel(route.traffic, turn++, stickyKey);
    const channel = chosen ? route.channels.get(chosen) : undefined;
    if (!channel) throw noSuchChannel(route.name, chosen ?? 'beta');
    if (!channel.revision) throw notServing(route.name, `nothing serves on channel ${channel.name} yet.`);
    return channel as ChannelRoute & { revision: NonNullable<ChannelRoute['revision']> };
  }

  async function call(ctx: Context, route: Route, request: Call): Promise<CallAnswer> {
    const began = performance.now();
    const at = new Date();
    const channel = channelOf(route, request.channel, request.stickyKey);
    const answering = { replica: null as Replica | null, channel };
    let answer: ModelAnswer | null = null;
    let fault: Problem | null = null;
    try {
      answer = await ask(route, request, answering, began + request.timeoutSeconds * 1000);
    } catch (error) {
      fault = faultOf(error, route, request);
    }
    const { revision } = answering.channel;
    const id = newId('prd');
    const status = answer?.status ?? fault!.status;
    await record({
      id,
      projectId: route.projectId,
      deploymentId: route.id,
      channel: channel.name,
      revisionId: revision.id,
      versionId: revision.versionId,
      replicaId: answering.replica?.id ?? '',
      consumerId: ctx.actor.id,
      consumerKind: ctx.actor.kind,
      at,
      latencyMilliseconds: Math.round((performance.now() - began) * 1000) / 1000,
      status,
      error: fault?.detail ?? answer?.error?.replaceAll('\u0000', '') ?? null,
      form: request.form,
      contentType: request.contentType.slice(0, 200),
      // Of what was never answered only the fact is kept: under overload it must stay cheap to refuse.
      request: answer ? request.body : Buffer.alloc(0),
      response: answer?.body ?? Buffer.alloc(0),
      rowCount: answer?.rowCount ?? 0,
      columnsJson: answer?.columnsJson ?? emptyList,
      rowsJson: answer?.rowsJson ?? emptyList,
      outputsJson: answer?.outputsJson ?? emptyList,
    });
    together.inc({ deployment: route.name, channel: channel.name, status });
    if (!answer) throw withPrediction(fault!, id);
    return {
      predictionId: id,
      status,
      body: answer.body,
      channel: channel.name,
      revisionId: revision.id,
      modelName: revision.modelName,
      modelVersion: revision.modelVersion,
    };
  }

  /** Asks one replica after another: one that went away before it answered may not have predicted, and predicting again does no harm. */
  async function ask(
    route: Route,
    request: Call,
    answering: { replica: Replica | null; channel: ReturnType<typeof channelOf> },
    deadline: number,
  ): Promise<ModelAnswer> {
    const tried = new Set<string>();
    const patience = Math.min(deadline, performance.now() + patienceMilliseconds);
    let full = false;
    for (let tries = 0; tries < mostTries; ) {
      const replica = chooseReplica(answering.channel.replicas, tried, performance.now());
      if (!replica) {
        if (full) throw new ReplicaFull();
        if (performance.now() >= patience || request.signal?.aborted) break;
        await table.refresh();
        const now = table.find(route.name)?.channels.get(answering.channel.name);
        const others = now?.revision && now.replicas.some((one) => !tried.has(one.id));
        if (now?.revision && others) answering.channel = { ...now, revision: now.revision };
        else if (tried.size === 0 && now?.replicas.length === 0) break;
        else await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      tried.add(replica.id);
      answering.replica = replica;
      try {
        const left = deadline - performance.now();
        if (left <= 0) throw new ReplicaLate();
        const { form, contentType, body, signal } = request;
        return await replica.connection.predict({ form, contentType, body, deadlineMilliseconds: Math.ceil(left) }, signal);
      } catch (error) {
        if (error instanceof ReplicaFull) full = true;
        else if (error instanceof ReplicaGone) {
          tries += 1;
          replica.avoidUntil = performance.now() + avoidMilliseconds;
        } else throw error;
      }
    }
    throw notServing(route.name, 'no replica answers just now; see its page for the reason.');
  }

  async function record(prediction: Parameters<PredictionLog['append']>[0]): Promise<void> {
    try {
      await predictions.append(prediction);
    } catch (error) {
      platform.log.error({ error: (error as Error).message }, 'a prediction could not be recorded');
      throw unavailable(
        'The prediction could not be recorded, so it is not answered. Tell your administrator to look at the disk.',
        5,
      );
    }
  }

  return { open, channel: channelOf, call, stop: () => table.stop() };
}

const emptyList = Buffer.from('[]');

function faultOf(error: unknown, route: Route, request: Call): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ReplicaFull) return overloaded(route.name);
  if (error instanceof ReplicaLate) return deadlineExceeded(route.name, request.timeoutSeconds);
  if (request.signal?.aborted) return new Problem(499, 'client-gone', 'The caller has gone before the answer came.');
  throw error;
}

const withPrediction = (problem: Problem, id: string): Problem =>
  new Problem(problem.status, problem.code, problem.detail, {
    errors: problem.errors,
    extra: problem.extra,
    headers: { ...problem.headers, 'x-plinth-prediction-id': id },
  });
