import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const api = { '/api': { target: 'http://127.0.0.1:8017', changeOrigin: false } };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': here('./src') } },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: api,
    fs: { allow: [here('.'), here('../siyu/intake/pages')] }, // the script of pages is tested here
  },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true, proxy: api },
  build: {
    target: 'es2022',
    manifest: true,
    reportCompressedSize: true,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: { console: here('./index.html') },
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
            { name: 'data', test: /node_modules[\\/](react-router|@tanstack|openapi-)/, priority: 20 },
          ],
        },
      },
    },
  },
  test: {
    globals: true,
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    css: false,
    testTimeout: 60_000,
    server: { deps: { inline: [/@react-querybuilder\/antd/, /node_modules\/antd\//] } },
  },
});
