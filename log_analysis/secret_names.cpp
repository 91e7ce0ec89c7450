#include "log_analysis/secret_names.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <initializer_list>
#include <span>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;
using Words = std::initializer_list<string_view>;

bool among(string_view word, Words list) { return std::ranges::find(list, word) != list.end(); }
bool ends(string_view word, Words list) {
  return std::ranges::any_of(list, [&](string_view ending) { return word.ends_with(ending); });
}

// Every name of a secret contains one of these three-letter sequences, so most names are rejected quickly.
constexpr std::size_t add_letter(std::size_t letters, char c) {
  return (letters << 5U | static_cast<std::size_t>(lower(c) & 31)) & 0x7fff;
}
const auto kBeginnings = [] {
  std::bitset<0x8000> beginnings;
  for (const string_view three : {"pas", "pwd", "sec", "tok", "key", "aut", "cre", "coo", "mne", "phr", "hma",
                                  "hoo", "uid", "otp", "jwt", "bea", "ses", "sig", "sid", "see", "xpr"}) {
    std::size_t letters = 0;
    for (const char c : three) letters = add_letter(letters, c);
    beginnings.set(letters);
  }
  return beginnings;
}();

bool may_be_secret(string_view name) {
  std::size_t letters = 0;
  for (const char c : name) {
    letters = add_letter(letters, c);
    if (kBeginnings[letters]) return true;
  }
  return false;
}

// The words of a name in lower case, without digits and separators.
class Parts {
 public:
  explicit Parts(string_view name) {
    if (name.size() > kMost) name.remove_prefix(name.size() - kMost);
    class_like_ =
        is_upper(name[0]) && std::ranges::any_of(name, [](char c) { return is_letter(c) && !is_upper(c); });
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      if (!is_letter(c)) {
        close();
        continue;
      }
      const bool after_small = i > 0 && is_letter(name[i - 1]) && !is_upper(name[i - 1]);
      const bool before_small = i + 1 < name.size() && is_letter(name[i + 1]) && !is_upper(name[i + 1]);
      if (is_upper(c) && (after_small || before_small)) close();
      letters_[used_++] = lower(c);
    }
    close();
  }
  std::span<const string_view> all() const { return {parts_.data(), count_}; }
  bool class_like() const { return class_like_; }

 private:
  static constexpr std::size_t kMost = 96;
  void close() {
    if (used_ > begin_) parts_[count_++] = {letters_.data() + begin_, used_ - begin_};
    begin_ = used_;
  }
  std::array<char, kMost> letters_{};
  std::array<string_view, kMost> parts_;
  std::size_t used_ = 0;
  std::size_t begin_ = 0;
  std::size_t count_ = 0;
  bool class_like_ = false;
};

// Words before "key" that make it a secret key, not the key of a map or table.
bool opens_something(string_view what) {
  return among(what,
               {"api",     "private",    "priv",        "secret",       "access",    "auth",   "signing",
                "sign",    "encryption", "encrypt",     "decryption",   "crypt",     "listen", "account",
                "master",  "session",    "shared",      "storage",      "ssh",       "rsa",    "ec",
                "aes",     "hmac",       "jwt",         "license",      "service",   "deploy", "webhook",
                "client",  "consumer",   "app",         "application",  "bot",       "wallet", "signer",
                "trading", "exchange",   "integration", "subscription", "functions", "cipher", "pgp",
                "gpg",     "age",        "tls",         "ssl",          "openai",    "stripe", "rpc",
                "stream",  "bearer",     "security",    "seed",         "recovery"});
}

// The kind of a word. `before`: the previous word, or empty; `alone`: the name has no other word.
SecretKey kind_of(string_view word, string_view before, bool alone) {
  if (ends(word, {"passphrase", "mnemonic", "mnemonics", "seedphrase", "seedwords", "recoveryphrase"}))
    return SecretKey::phrase;
  if (among(word, {"phrase", "words", "seed"}) &&
      among(before, {"seed", "secret", "recovery", "backup", "mnemonic", "pass", "wallet", "hd"}))
    return SecretKey::phrase;
  if (const std::size_t place = std::min(word.find("password"), word.find("passwort"));
      place != string_view::npos) {
    const string_view rest = word.substr(place + 8);
    return rest.empty() ||
                   among(rest, {"old", "new", "hash", "confirm", "confirmation", "s", "b", "base", "value"})
               ? SecretKey::value
               : SecretKey::no;
  }
  if (ends(word, {"passwd", "passcode", "pwd", "secret", "requirepass", "masterauth"}))
    return SecretKey::value;
  if (word == "pass" || among(word, {"dbpass",    "userpass",  "mypass",     "smtppass",   "ftppass",
                                     "redispass", "mysqlpass", "pgpass",     "rootpass",   "adminpass",
                                     "authpass",  "mailpass",  "rpcpass",    "keypass",    "storepass",
                                     "loginpass", "proxypass", "walletpass", "masterpass", "sshpass"}))
    return SecretKey::value;
  if (among(word, {"otp", "totp"})) return SecretKey::value;
  if (ends(word, {"apikey",     "apikeys",    "accesskey",     "privatekey",      "privkey",    "secretkey",
                  "authkey",    "signingkey", "encryptionkey", "listenkey",       "accountkey", "accesskeyid",
                  "sessionkey", "masterkey",  "sharedkey",     "sharedaccesskey", "sshkey",     "prvkey",
                  "xprv",       "walletkey",  "streamkey",     "licensekey",      "hmackey"}))
    return SecretKey::key;
  if (among(word, {"key", "keys"}) && opens_something(before)) return SecretKey::key;
  if (ends(word, {"token", "signature", "hmac", "credential", "credentials", "accesssign", "apisign",
                  "sessionid", "sessid", "sessionids"}) ||
      among(word, {"creds", "cred", "jwt", "bearer", "sig", "secrets"}))
    return SecretKey::token;
  if (word == "sign" && (alone || among(before, {"api", "access", "bapi", "x", "request"})))
    return SecretKey::token;
  if (word == "id" && among(before, {"session", "sess"})) return SecretKey::token;
  if (word == "id" && before == "secret") return SecretKey::value;
  if (word == "tokens" || word == "sid" || word == "session" || word == "sess") return SecretKey::weak;
  if (alone && among(word, {"uid", "auth", "seed"})) return SecretKey::weak;
  if (ends(word, {"webhook", "webhookurl", "hookurl"}) || (word == "hook" && !before.empty()))
    return SecretKey::hook;
  if (ends(word, {"authorization", "cookie", "cookies"})) return SecretKey::line;
  return SecretKey::no;
}

// Suffixes that make it the name of a property, not of the secret: password_length, token_type, secret_name.
bool is_about(string_view word) {
  return among(word, {"address",  "age",      "alg",         "algo",       "algorithm", "amount",
                      "arn",      "at",       "attempt",     "attempts",   "audience",  "authentication",
                      "balance",  "bucket",   "budget",      "cache",      "changed",   "charset",
                      "class",    "config",   "contract",    "cost",       "count",     "counter",
                      "counts",   "created",  "date",        "days",       "decimals",  "description",
                      "dir",      "disabled", "domain",      "enabled",    "endpoint",  "engine",
                      "error",    "errors",   "expiration",  "expire",     "expired",   "expires",
                      "expiry",   "factory",  "failed",      "failure",    "failures",  "file",
                      "filename", "files",    "fingerprint", "format",     "grant",     "handler",
                      "hint",     "hours",    "id",          "ids",        "idx",       "in",
                      "index",    "invalid",  "issuer",      "iterations", "kind",      "label",
                      "len",      "length",   "lifetime",    "limit",      "limits",    "location",
                      "manager",  "max",      "method",      "min",        "minutes",   "missing",
                      "mode",     "ms",       "name",        "names",      "namespace", "pair",
                      "pairs",    "path",     "paths",       "pattern",    "per",       "policies",
                      "policy",   "pool",     "position",    "price",      "prompt",    "provider",
                      "rate",     "ref",      "refresh",     "refreshed",  "regex",     "required",
                      "reset",    "retries",  "retry",       "revoked",    "rotated",   "rotation",
                      "rounds",   "rule",     "rules",       "scope",      "scopes",    "seconds",
                      "secs",     "size",     "state",       "status",     "stdin",     "store",
                      "strength", "supply",   "symbol",      "time",       "timestamp", "title",
                      "total",    "ttl",      "type",        "types",      "updated",   "uri",
                      "url",      "usage",    "used",        "uuid",       "valid",     "validator",
                      "version"});
}

// Suffixes of field names that contain the secret; class names have others, such as PasswordFilter.
bool is_qualifier(string_view word) {
  return among(word,
               {"a",     "again",   "b",       "backup",   "base",      "clear", "confirm", "confirmation",
                "copy",  "current", "default", "enc",      "encrypted", "field", "hash",    "header",
                "hex",   "input",   "key",     "live",     "main",      "new",   "next",    "old",
                "param", "plain",   "prev",    "previous", "primary",   "prod",  "raw",     "secondary",
                "sha",   "string",  "temp",    "test",     "text",      "tmp",   "value",   "verify"});
}

}  // namespace

SecretKey secret_key(string_view name) {
  if (name.size() < 3 || !may_be_secret(name)) return SecretKey::no;
  const Parts parts(name);
  const std::span<const string_view> words = parts.all();
  if (std::ranges::any_of(words,
                          [](string_view word) { return among(word, {"public", "publishable", "no"}); }))
    return SecretKey::no;
  for (std::size_t i = words.size(); i-- > 0;) {
    const SecretKey kind = kind_of(words[i], i > 0 ? words[i - 1] : "", words.size() == 1);
    if (kind == SecretKey::no) continue;
    const auto behind = words.subspan(i + 1);
    if (kind == SecretKey::hook) {
      return behind.empty() || among(behind.back(), {"url", "uri", "urls", "endpoint", "address"})
                 ? kind
                 : SecretKey::no;
    }
    const bool key_id = kind == SecretKey::key && i > 0 && words[i - 1] == "access" && behind.size() == 1 &&
                        behind[0] == "id";
    if (!key_id && std::ranges::any_of(behind, is_about)) return SecretKey::no;
    if (!behind.empty() && kind == SecretKey::weak) return SecretKey::no;
    if (parts.class_like() && !name.contains('-') && !name.contains('_') &&
        !std::ranges::all_of(behind, is_qualifier) && !key_id)
      return SecretKey::no;
    if ((kind == SecretKey::token || kind == SecretKey::weak) &&
        std::ranges::any_of(words.first(i), [](string_view word) {
          return among(word, {"max", "min", "num", "total", "avg"});
        }))
      return SecretKey::no;
    return kind;
  }
  return SecretKey::no;
}

}  // namespace log_analysis
