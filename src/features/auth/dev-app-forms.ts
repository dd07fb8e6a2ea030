interface Field {
  readonly name: string;
  readonly type: 'text' | 'email' | 'password';
}

/** One call of the API, as a person makes it. */
export interface Form {
  readonly title: string;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly fields?: readonly Field[];
  /** What is sent beside the fields */
  readonly fixed?: Readonly<Record<string, string>>;
  /** `{id}` of the path is the organization that they began in */
  readonly organization?: true;
  /** It sends the token of the link as well */
  readonly withToken?: true;
  readonly signsOut?: true;
  readonly done: string;
}

const name: Field = { name: 'name', type: 'text' };
const email: Field = { name: 'email', type: 'email' };
const password: Field = { name: 'password', type: 'password' };
const currentPassword: Field = { name: 'currentPassword', type: 'password' };
const newPassword: Field = { name: 'newPassword', type: 'password' };

const register: Form = {
  title: 'Register',
  method: 'POST',
  path: '/v1/auth/register',
  fields: [name, email, password],
  done: 'Done: sign in. The link that verifies your address is in the inbox.',
};
const signIn: Form = {
  title: 'Sign in',
  method: 'POST',
  path: '/v1/auth/login',
  fields: [email, password],
  done: 'Done.',
};
const forgot: Form = {
  title: 'Forgot password',
  method: 'POST',
  path: '/v1/auth/password/forgot',
  fields: [email],
  done: 'If there is such an account, a link is in the inbox.',
};
const resend: Form = {
  title: 'Send the verification again',
  method: 'POST',
  path: '/v1/auth/email/resend',
  done: 'If your address is not verified, a link is in the inbox.',
};
const invite: Form = {
  title: 'Invite',
  method: 'POST',
  path: '/v1/organizations/{id}/invitations',
  fields: [email],
  fixed: { role: 'member' },
  organization: true,
  done: 'Done: the invitation is in the inbox.',
};
const changeEmail: Form = {
  title: 'Change e-mail address',
  method: 'PATCH',
  path: '/v1/users/me',
  fields: [email, currentPassword],
  done: 'Done: the link that verifies the new address is in the inbox.',
};
const changePassword: Form = {
  title: 'Change password',
  method: 'PUT',
  path: '/v1/users/me/password',
  fields: [currentPassword, newPassword],
  done: 'Done: you are signed out elsewhere.',
};
const signOut: Form = { title: 'Sign out', method: 'POST', path: '/v1/auth/logout', signsOut: true, done: 'Done.' };

const verify: Form = {
  title: 'Verify your e-mail address',
  method: 'POST',
  path: '/v1/auth/email/verify',
  withToken: true,
  done: 'Your address is verified.',
};
const reset: Form = {
  title: 'Set a new password',
  method: 'POST',
  path: '/v1/auth/password/reset',
  fields: [password],
  withToken: true,
  done: 'Done: sign in with it.',
};
const accept: Form = {
  title: 'Accept the invitation',
  method: 'POST',
  path: '/v1/invitations/accept',
  withToken: true,
  done: 'You are a member now.',
};

/** The pages by their paths below `/dev/app`: those that `AppLinks` lead to, and the first one. */
export const PAGES: Readonly<Record<string, readonly Form[]>> = {
  '': [register, signIn, forgot, resend, invite, changeEmail, changePassword, signOut],
  '/verify-email': [verify],
  '/reset-password': [reset, signIn],
  '/accept-invitation': [signIn, register, accept],
};
