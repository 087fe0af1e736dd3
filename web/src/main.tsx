import '@fontsource-variable/inter';
import '@fontsource/jetbrains-mono/400.css';
import './ui/styles/index.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queries } from './api.ts';
import { router } from './router.tsx';
import { TipLayer, Toasts } from './ui/kit.tsx';
import './theme.ts';
import { here } from './base.ts';

// MLflow's clients print links in the form of its own pages; here they lead to the run.
const printed = /^#\/experiments\/[\w-]+\/runs\/([\w-]+)/.exec(window.location.hash);
if (printed) window.history.replaceState(null, '', here(`/runs/${printed[1]}`));

createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queries}>
    <RouterProvider router={router} />
    <Toasts />
    <TipLayer />
  </QueryClientProvider>,
);
