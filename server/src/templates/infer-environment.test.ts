import { describe, expect, it } from 'vitest';
import { inferEnvironment } from './infer-environment.ts';

describe('the environment of a repository', () => {
  it('is none when no file asks for one, or none can be read', () => {
    expect(inferEnvironment({})).toBeNull();
    expect(
      inferEnvironment({ 'requirements.txt': '# nothing yet\n', 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]' }),
    ).toBeNull();
    expect(inferEnvironment({ 'pyproject.toml': 'this is = not [ toml', 'conda.yaml': '{: [' })).toBeNull();
    expect(inferEnvironment({ 'conda.yaml': '- a\n- list' })).toBeNull();
  });

  it('comes from requirements.txt before all others', () => {
    const found = inferEnvironment({
      'requirements.txt': 'numpy==2.1.0\n',
      'pyproject.toml': '[project]\ndependencies = ["pandas"]',
      '.python-version': '3.12\n',
    });
    expect(found).toEqual({ source: 'requirements.txt', packages: ['numpy==2.1.0'], skipped: [], python: '3.12' });
  });

  it('reads requirements.txt with comments, hashes, continued lines, markers, extras and included files', () => {
    const found = inferEnvironment({
      'requirements.txt': [
        '# what we need',
        '--index-url https://mirror.example.org/simple',
        'scikit-learn==1.7.2 \\',
        '    --hash=sha256:aaaa \\',
        '    --hash=sha256:bbbb',
        'pandas[parquet] >= 2.2, < 4  # tables',
        'tomli; python_version < "3.11"',
        '-r more/base.txt',
        '-c limits.txt',
        '-e .',
        '.',
        'scikit-learn==1.7.2',
        'git+https://example.org/ours.git@main',
        'torch @ https://example.org/torch.whl',
        './wheels/ours.whl',
      ].join('\r\n'),
      'more/base.txt': 'requests\n-r requirements.txt\n-r more/base.txt\n',
    });
    expect(found).toEqual({
      source: 'requirements.txt',
      packages: ['scikit-learn==1.7.2', 'pandas[parquet] >= 2.2, < 4', 'tomli; python_version < "3.11"', 'requests'],
      skipped: ['git+https://example.org/ours.git@main', 'torch @ https://example.org/torch.whl', './wheels/ours.whl'],
    });
  });

  it('reads pyproject.toml, with the Python only where exactly one fits', () => {
    const project = (python: string) =>
      `[project]\nname = "x"\nrequires-python = "${python}"\ndependencies = ["numpy>=1.26", "rich (>=13)"]`;
    expect(inferEnvironment({ 'pyproject.toml': project('>=3.10') })).toEqual({
      source: 'pyproject.toml',
      packages: ['numpy>=1.26', 'rich >=13'],
      skipped: [],
    });
    for (const wanted of ['==3.11.*', '~=3.11.0', '>=3.11,<3.12', '3.11']) {
      expect(inferEnvironment({ 'pyproject.toml': project(wanted) })?.python, wanted).toBe('3.11');
    }
    expect(inferEnvironment({ 'pyproject.toml': project('>=3.11,<4') })?.python).toBeUndefined();
  });

  it('reads the dependencies of Poetry', () => {
    const text = `[tool.poetry.dependencies]
python = "~3.11.2"
a = "^1.2.3"
b = "^0.3"
c = "~1.4.5"
d = "*"
e = "2.0"
f = { version = ">=1,<3", extras = ["x", "y"] }
g = { git = "https://example.org/g.git" }
h = { version = "1.0", optional = true }
`;
    expect(inferEnvironment({ 'pyproject.toml': text })).toEqual({
      source: 'pyproject.toml',
      python: '3.11',
      packages: ['a>=1.2.3,<2', 'b>=0.3,<0.4', 'c>=1.4.5,<1.5', 'd', 'e==2.0', 'f[x,y]>=1,<3'],
      skipped: ['g @ {"git":"https://example.org/g.git"}'],
    });
  });

  it('reads conda files with their pip list, and says what is no Python package', () => {
    const text = `name: ours
channels: [conda-forge]
dependencies:
  - python=3.11
  - conda-forge::numpy=1.26
  - pandas==2.2.3=py311_0
  - scikit-learn>=1.4,<2
  - pytorch 2.4.*
  - cudatoolkit=11.8
  - r-base=4.3
  - pip
  - pip:
      - mlflow==3.1.0
      - -r other.txt
      - git+https://example.org/x.git
`;
    for (const name of ['conda.yaml', 'environment.yml']) {
      expect(inferEnvironment({ [name]: text })).toEqual({
        source: name,
        python: '3.11',
        packages: ['numpy==1.26.*', 'pandas==2.2.3', 'scikit-learn>=1.4,<2', 'torch==2.4.*', 'mlflow==3.1.0'],
        skipped: ['cudatoolkit=11.8', 'r-base=4.3', 'git+https://example.org/x.git'],
      });
    }
  });

  it('does not unfold a file that was made to unfold without end', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\ndependencies: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`;
    expect(inferEnvironment({ 'conda.yaml': bomb })).toBeNull();
  });
});
