#include "platform/identity/identity.h"

namespace tx::identity {

std::vector<storage::Migration> migrations() {
  return {
      {50, "accounts", R"sql(
        create table account (
          id bigint primary key,
          login_index text not null unique,        -- blind index of the canonical login
          login_sealed text not null,              -- vault, place "account.login"
          display_name text not null,              -- what the person chose to be called
          password_hash text not null,
          region text not null,
          language text not null,
          state text not null,                     -- open, disabled, closed
          created bigint not null,
          password_changed bigint not null
        );
        create index account_name on account (display_name);
        create table account_session (
          id bigint primary key,
          token_hash text not null unique,         -- SHA-256 of the cookie
          account bigint not null,
          purpose text not null,                   -- full, or factor: password given, second factor still owed
          second_factor bigint not null,
          officer bigint not null,                 -- short idle time
          created bigint not null,
          seen bigint not null,
          ended bigint not null,                   -- 0: open
          device text not null
        );
        create index account_session_account on account_session (account, ended);
        create table account_grant (
          id bigint primary key,
          account bigint not null,
          role text not null,
          kind text not null,
          scope text not null,
          granted bigint not null,
          granted_by bigint not null,
          reason text not null,
          revoked bigint not null,                 -- 0: in force
          revoked_by bigint not null,
          revoked_reason text not null
        );
        create index account_grant_account on account_grant (account, revoked);
        create table sign_in_attempt (             -- failures only; a success clears them
          who text primary key,                    -- blind index of login and address, of login, or factor:<account>
          failures bigint not null,
          last bigint not null
        );
        create index sign_in_attempt_last on sign_in_attempt (last);
      )sql"},
      {51, "second_factor", R"sql(
        create table second_factor (
          account bigint primary key,
          secret_sealed text not null,             -- vault, place "second_factor.secret"
          codes_sealed text not null,              -- the ten backup codes until they are confirmed, then empty
          confirmed bigint not null,               -- 0: being set up
          last_step bigint not null                -- a code is good once
        );
        create table backup_code (
          id bigint primary key,
          account bigint not null,
          code_index text not null,
          used bigint not null
        );
        create index backup_code_account on backup_code (account);
      )sql"},
      {52, "proxies_and_consents", R"sql(
        create table proxy (
          id bigint primary key,
          helper bigint not null,
          principal bigint not null,               -- 0 until the principal, who has an account, has said yes
          asked_index text not null,               -- blind index of the principal's login, empty: has none
          principal_name text not null,
          consent_kind text not null,
          consent_by text not null,
          since bigint not null,
          until bigint not null,                   -- 0: open
          ended bigint not null,                   -- 0: in force
          ended_by bigint not null,
          recorded bigint not null
        );
        create index proxy_helper on proxy (helper, ended);
        create index proxy_principal on proxy (principal, ended) where principal <> 0;
        create index proxy_asked on proxy (asked_index, ended) where asked_index <> '';
        create table consent (
          id bigint primary key,
          account bigint not null,
          purpose text not null,
          version bigint not null,                 -- of the text that was agreed to
          given bigint not null,
          withdrawn bigint not null                -- 0: in force
        );
        create index consent_account on consent (account, purpose);
      )sql"},
      {53, "password_recovery", R"sql(
        create table recovery (                    -- one code at a time for an account, given out by staff
          account bigint primary key,
          code_index text not null,
          code_sealed text not null,               -- shown once more to whoever gave it out; vault, place "recovery.code"
          given_by bigint not null,
          given bigint not null
        );
      )sql"},
  };
}

}  // namespace tx::identity
