import { wholePath } from './whole-path.ts';

wholePath('polling');
