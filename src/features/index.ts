export { AuthModule } from './auth/auth.module.js';
