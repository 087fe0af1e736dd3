const longestExample = 2_000;

/** Lines to call a deployment with, ready to be pasted: the example that was logged with the model, or a place to put one. */
export function snippetsOf(name: string, url: string, example: unknown): { curl: string; python: string; cli: string } {
  const text = JSON.stringify(example ?? { dataframe_split: { columns: ['column'], data: [[1.0]] } });
  const body = text.length > longestExample ? '{"dataframe_split": {"columns": […], "data": [[…]]}}' : text;
  return {
    curl: [
      `curl ${url} \\`,
      '  -H "Authorization: Bearer $PLINTH_TOKEN" -H "Content-Type: application/json" \\',
      `  -d '${body.replaceAll("'", "'\\''")}'`,
    ].join('\n'),
    python: [
      'import os, requests',
      '',
      'answer = requests.post(',
      `    "${url}",`,
      '    headers={"Authorization": f"Bearer {os.environ[\'PLINTH_TOKEN\']}", "Content-Type": "application/json"},',
      `    data=r'''${body}''',`,
      ')',
      'print(answer.headers["x-plinth-prediction-id"], answer.json()["predictions"])',
    ].join('\n'),
    cli: `plinth predict ${name} '${body.replaceAll("'", "'\\''")}'`,
  };
}
