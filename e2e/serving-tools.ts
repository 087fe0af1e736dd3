import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';
import { project } from './served-models.ts';

/** What the stories of serving stand on: models that a job logged, in an environment that is dear to build. */
export interface ServingGround {
  t: TestPlinth;
  owner: Caller;
  python: string;
  logged: { name: string; id: string }[];
  /** Of `cancer`, as its signature names them; known once it is deployed. */
  columns: string[];
}

export interface Reply {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
  body: any;
  headers: Headers;
}

/** Deploying, waiting and calling, as all the stories do it. */
export function servingTools(ground: () => ServingGround) {
  const get = async (name: string) => (await ground().owner.get(`/deployments/${name}`)).body;
  return {
    get,
    deploy: (name: string, model: string, more: object = {}) =>
      ground().owner.post(`/projects/${project}/deployments`, { name, model, ...more }),

    healthy: (name: string, revision?: number) =>
      ground().t.until(
        `${name} to be healthy`,
        async () => {
          const now = await get(name);
          if (now.state === 'failed') throw new Error(now.stateReason);
          return now.state === 'healthy' && (revision === undefined || now.channels[0].serving.number === revision) ? now : null;
        },
        90_000,
      ),

    /** As a foreign client calls: raw bytes to the address. */
    async call(
      path: string,
      body: string,
      type = 'application/json',
      caller = ground().owner,
      more: Record<string, string> = {},
    ): Promise<Reply> {
      const response = await fetch(`${ground().t.url}/deployments/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${caller.token}`, 'content-type': type, ...more },
        body,
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        body: text.startsWith('{') ? JSON.parse(text.replaceAll('NaN', 'null')) : text,
        headers: response.headers,
      };
    },

    split: (rows: unknown[][], names = ground().columns) => JSON.stringify({ dataframe_split: { columns: names, data: rows } }),
  };
}
