import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation, UpdateDateColumn } from 'typeorm';
import { User } from '../identity/user.entity.js';

/** What somebody chose. Who never chose anything has no row, and the defaults. */
@Entity('user_preferences')
export class UserPreferences {
  @PrimaryColumn('uuid')
  userId: string;

  /** One more with each change */
  @Column('integer', { default: 0 })
  version: number;

  /** Whether notifications come by mail */
  @Column('boolean', { default: true })
  email: boolean;

  /** Whether notifications come as text messages */
  @Column('boolean', { default: false })
  sms: boolean;

  /** Whether notifications go to open connections */
  @Column('boolean', { default: true })
  socket: boolean;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
