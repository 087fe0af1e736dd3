/** Where a model and its versions stand; a name may have any letters. */
export const modelPath = (project: string, name: string): string => `/projects/${project}/models/${encodeURIComponent(name)}`;
export const versionPath = (project: string, name: string, number: number | string): string =>
  `${modelPath(project, name)}/versions/${number}`;

/** `models:/churn/3` as its parts. */
export function partsOf(subject: string): { name: string; number: string } {
  const [name = '', number = ''] = subject.replace('models:/', '').split('/');
  return { name, number };
}

/** `models:/churn/3` as people say it. */
export const sayVersion = (subject: string): string => {
  const { name, number } = partsOf(subject);
  return `${name} version ${number}`;
};
