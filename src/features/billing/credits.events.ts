import { defineEvent } from '../../core/events/define-event.js';
import { CreditEntryView, CreditsView } from './credit.dto.js';

/** By an administrator: what everybody begins with is no news */
export const creditsGranted = defineEvent('credits.granted', CreditEntryView, { public: true });
export const creditsPurchased = defineEvent('credits.purchased', CreditEntryView, { public: true });
/** The money for them went back */
export const creditsTakenBack = defineEvent('credits.taken-back', CreditEntryView, { public: true });
/** The balance has just fallen below BILLING_LOW_CREDITS */
export const creditsLow = defineEvent('credits.low', CreditsView, { public: true });
