/** Every feature's pages, found by the file name `features/<module>/routes.tsx`. */
import type { FeatureRoute } from '@/ui/feature';

const modules = import.meta.glob<{ routes: FeatureRoute[] }>('../features/*/routes.tsx', { eager: true });

export const featureRoutes: FeatureRoute[] = Object.values(modules).flatMap((module) => module.routes);
