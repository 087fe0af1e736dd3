import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'title' | 'type'> {
  tone?: 'primary' | 'quiet' | 'danger';
  icon?: IconName;
  /** Why it cannot be used; it is disabled as long as there is a reason. */
  reason?: string | false | null | undefined;
  tip?: string;
  submit?: boolean;
  children?: ReactNode;
}

/** A button that says why when it cannot be used. */
export function Button({ tone, icon, reason, tip, submit, children, className, disabled, ...rest }: ButtonProps) {
  const hint = reason || tip;
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={[tone, className].filter(Boolean).join(' ') || undefined}
      disabled={disabled || Boolean(reason)}
      title={reason || undefined}
      data-tip={hint || undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A square button with an icon alone; its label is read aloud and shown as a tip. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: Omit<ButtonProps, 'children'> & { icon: IconName; label: string }) {
  return <Button tone="quiet" {...rest} icon={icon} aria-label={label} tip={label} className={`square ${className ?? ''}`} />;
}
