export {}; // without a feature this is a module still
export { AuthModule } from './auth/auth.module.js';
