#include "log_analysis/secret_names.h"

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("a key is secret by the words of its name") {
  const auto [name, kind] = GENERATE(table<std::string, SecretKey>({
      {"DB_PASSWORD", SecretKey::value},
      {"db_pass", SecretKey::value},
      {"dbPasswordOld", SecretKey::value},
      {"password2", SecretKey::value},
      {"PGPASSWORD", SecretKey::value},
      {"spring.datasource.password", SecretKey::value},
      {"MYSQL_PWD", SecretKey::value},
      {"BINANCE_API_SECRET", SecretKey::value},
      {"x-api-key", SecretKey::key},
      {"X-MBX-APIKEY", SecretKey::key},
      {"apiKey", SecretKey::key},
      {"AWS_ACCESS_KEY_ID", SecretKey::key},
      {"accessToken", SecretKey::token},
      {"X-Hub-Signature-256", SecretKey::token},
      {"session", SecretKey::weak},
      {"connect.sid", SecretKey::weak},
      {"KC-API-PASSPHRASE", SecretKey::phrase},
      {"seed_phrase", SecretKey::phrase},
      {"SLACK_WEBHOOK_URL", SecretKey::hook},
      {"Proxy-Authorization", SecretKey::line},
      {"Set-Cookie", SecretKey::line},
  }));
  INFO(name);
  CHECK(secret_key(name) == kind);
}

TEST_CASE("a name that is about a secret, or only looks like one, is none") {
  for (const auto* name : {"",
                           "p",
                           "key",
                           "monkey",
                           "bypass",
                           "compass",
                           "passenger",
                           "author",
                           "authority",
                           "secretary",
                           "max_tokens",
                           "token_type",
                           "password_policy",
                           "secretName",
                           "public_key",
                           "primary_key",
                           "cache_key",
                           "TokenBucketFilter",
                           "PasswordService",
                           "passwordless",
                           "session_timeout",
                           "signal",
                           "tokenId",
                           "private_key_path",
                           "no-password",
                           "symbol"}) {
    INFO(name);
    CHECK(secret_key(name) == SecretKey::no);
  }
}
