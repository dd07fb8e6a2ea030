import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation, UpdateDateColumn } from 'typeorm';
import { User } from '../../core/identity/user.entity.js';

/** The password of a person, as an argon2id hash. */
@Entity('credentials')
export class Credential {
  @PrimaryColumn('uuid')
  userId: string;

  @Column('varchar', { length: 255 })
  passwordHash: string;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
