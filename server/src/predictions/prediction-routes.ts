import { Type } from 'typebox';
import { type AnyRoute, pathId, route } from '../platform/index.ts';
import { namePredictions } from './name-predictions.ts';
import { presentBodies, presentPrediction, wholePredictionSchema } from './prediction.ts';
import { openPrediction } from './read-predictions.ts';

/** Lists are asked of the deployment, whose name they need: see deployments/. */
export const predictionRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/predictions/{prediction}',
    operationId: 'getPrediction',
    summary: 'One answered request: inputs, outputs, version, consumer, latency',
    description: 'Readable from every server within two seconds of the answer. `prd_….3` gives row 3 of the request alone.',
    permission: 'prediction.read',
    params: Type.Object({ prediction: pathId('Id of the prediction, from the header x-plinth-prediction-id.') }),
    response: { 200: wholePredictionSchema },
    handler: async (ctx, { params }) => {
      const { prediction, row } = await openPrediction(ctx, params.prediction);
      return {
        ...presentPrediction(prediction, (await namePredictions(ctx, [prediction]))(prediction), row),
        ...presentBodies(prediction),
      };
    },
  }),
];
