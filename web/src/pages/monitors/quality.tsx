import type { Output } from '@plinth/sdk';
import { siteAddress } from '../../base.ts';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { number, roundTo } from '../../ui/format.ts';
import { CodeBlock, Panel } from '../../ui/kit.tsx';
import { percent } from '../alerts/words.ts';
import { Tile } from '../deployments/health-tiles.tsx';

type QualityData = Output<'getMonitor'>['quality'];

const titles: Record<string, string> = {
  accuracy: 'Accuracy',
  f1: 'F1',
  auc: 'AUC',
  logLoss: 'Log loss',
  mae: 'Mean absolute error',
  rmse: 'Root mean squared error',
  bias: 'Bias',
};
const titleOf = (metric: string): string => titles[metric] ?? metric;

/** How right the answers were, as far as the truth is known, over all and over time. */
export function Quality({ quality, deployment }: { quality: QualityData; deployment: string }) {
  const { overall, windows, labelCount, rowCount, coverage } = quality;
  if (!overall)
    return (
      <Panel title="Quality">
        <p className="soft">
          No ground truth yet, so nobody knows how often it is right. Send what turned out to be true, and this follows it over
          time.
        </p>
        <CodeBlock>{truthSnippet(deployment)}</CodeBlock>
      </Panel>
    );
  const metrics = Object.keys(overall.metrics);
  return (
    <Panel
      title="Quality"
      aside={
        <span className="faint">
          ground truth for {number(labelCount)} of {number(rowCount)} rows
          {coverage !== null && ` (${percent(coverage)})`}
        </span>
      }
    >
      <section className="numbers" aria-label="Quality over all">
        {metrics.map((metric) => {
          const { value, low, high } = overall.metrics[metric]!;
          return (
            <Tile key={metric} title={titleOf(metric)} value={number(roundTo(value, 4))}>
              {number(roundTo(low, 3))} to {number(roundTo(high, 3))}, 95 % sure
            </Tile>
          );
        })}
      </section>
      {windows.length > 1 && (
        <div className="charts">
          {metrics.map((metric) => {
            const known = windows.filter((window) => window.metrics[metric]);
            return (
              <TimeChart
                key={metric}
                title={titleOf(metric)}
                times={known.map((window) => Date.parse(window.toAt))}
                courses={[
                  {
                    name: `${titleOf(metric)} with its 95 % interval`,
                    colour: 0,
                    values: known.map((window) => window.metrics[metric]!.value),
                    band: known.map((window) => window.metrics[metric]!),
                  },
                ]}
                group="quality"
              />
            );
          })}
        </div>
      )}
      <p className="caption">
        Each point covers about {number(windows[0]?.labelCount ?? labelCount)} rows of which the truth is known, by the time of
        the answer.
      </p>
    </Panel>
  );
}

const truthSnippet = (deployment: string): string =>
  `curl -X POST ${siteAddress()}/api/v1/deployments/${deployment}/ground-truth \\\n  -H "Authorization: Bearer $PLINTH_TOKEN" -H "Content-Type: application/json" \\\n  -d '{"items": [{"predictionId": "prd_….0", "value": 1}]}'`;
