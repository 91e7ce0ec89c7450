#include "log_analysis/secret_shapes.h"

#include <algorithm>
#include <array>
#include <span>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

// The prefix of a service's tokens, and the minimum length of the rest.
struct TokenPrefix {
  string_view prefix;
  std::size_t least;
  bool digits = false;  // package and model names share the prefix; only tokens contain digits
};
constexpr std::array kTokenPrefixes{
    TokenPrefix{"AKIA", 16},       TokenPrefix{"ASIA", 16},
    TokenPrefix{"AIza", 20},       TokenPrefix{"AGE-SECRET-KEY-", 20},
    TokenPrefix{"ghp_", 20},       TokenPrefix{"gho_", 20},
    TokenPrefix{"ghu_", 20},       TokenPrefix{"ghs_", 20},
    TokenPrefix{"ghr_", 20},       TokenPrefix{"github_pat_", 20},
    TokenPrefix{"glpat-", 16},     TokenPrefix{"xoxb-", 10},
    TokenPrefix{"xoxa-", 10},      TokenPrefix{"xoxp-", 10},
    TokenPrefix{"xoxr-", 10},      TokenPrefix{"xoxs-", 10},
    TokenPrefix{"xoxe", 20},       TokenPrefix{"xapp-", 10},
    TokenPrefix{"sk-ant-", 16},    TokenPrefix{"sk-proj-", 20, true},
    TokenPrefix{"sk-", 20, true},  TokenPrefix{"sk_live_", 10},
    TokenPrefix{"sk_test_", 10},   TokenPrefix{"rk_live_", 10},
    TokenPrefix{"whsec_", 16},     TokenPrefix{"SG.", 30, true},
    TokenPrefix{"ya29.", 20},      TokenPrefix{"GOCSPX-", 20},
    TokenPrefix{"npm_", 30, true}, TokenPrefix{"pypi-", 30, true},
    TokenPrefix{"dop_v1_", 30},    TokenPrefix{"hf_", 30},
    TokenPrefix{"hvs.", 20},       TokenPrefix{"shpat_", 20},
    TokenPrefix{"xprv", 80},       TokenPrefix{"dckr_pat_", 20},
};

constexpr auto kTokenFirst = [] {
  std::array<bool, 256> first{};
  for (const TokenPrefix& each : kTokenPrefixes) first[static_cast<unsigned char>(each.prefix[0])] = true;
  first['e'] = true;
  return first;
}();

// Words before 32 bytes that are a private key, and words before public ones.
constexpr auto kHidden =
    std::to_array<string_view>({"priv", "prv", "secret", "seed", "wallet", "sign", "hmac", "passphrase",
                                "mnemonic", "pk", "account", "pkey"});
constexpr auto kShown = std::to_array<string_view>(
    {"tx",     "transaction", "hash", "block",    "receipt", "root",  "topic",     "digest",
     "sha",    "commit",      "id",   "checksum", "image",   "order", "container", "parent",
     "merkle", "layer",       "log",  "event",    "proof",   "nonce"});

constexpr std::size_t kWalletWords = 12;
// Words that do not occur in wallet phrases, but in sentences of that length.
constexpr auto kProse = std::to_array<string_view>(
    {"the", "and", "for",  "was", "are",   "has",   "not",   "but",   "from",  "were",  "been", "had",
     "its", "did", "does", "our", "their", "which", "using", "could", "would", "after", "been"});

bool is_token_byte(char c) {
  return is(c, bytes::kLetter | bytes::kDigit) || c == '_' || c == '-' || c == '.';
}

// RFC 7519: three base64url parts, the first a JSON object: eyJ….….… One long part alone is what Docker sends
// to a registry.
std::size_t json_web_token(string_view text) {
  std::size_t dots = 0;
  std::size_t i = 0;
  while (i < text.size() && is_token_byte(text[i])) dots += text[i++] == '.' ? 1 : 0;
  return i >= (dots >= 1 ? 20 : 32) ? i : 0;
}

}  // namespace

std::size_t known_token(string_view text, std::size_t i) {
  if (!kTokenFirst[static_cast<unsigned char>(text[i])]) return 0;
  const string_view rest = text.substr(i);
  if (rest.starts_with("eyJ")) return json_web_token(rest);
  for (const TokenPrefix& each : kTokenPrefixes) {
    if (!rest.starts_with(each.prefix)) continue;
    std::size_t end = each.prefix.size();
    while (end < rest.size() && is_token_byte(rest[end])) ++end;
    while (end > 0 && rest[end - 1] == '.') --end;
    // "sk-learn-contrib-lightning" is a name.
    const string_view token = rest.substr(0, end);
    if (end >= each.prefix.size() + each.least &&
        (!each.digits || std::ranges::any_of(token.substr(each.prefix.size()), is_digit)))
      return end;
  }
  return 0;
}

std::size_t card_number(string_view text, std::size_t i) {
  std::size_t digits = 0;
  std::size_t end = i;
  std::array<int, 19> number{};
  char separator = 0;
  for (std::size_t k = i; k < text.size(); ++k) {
    const char c = text[k];
    if (is_digit(c)) {
      if (digits == number.size()) return 0;
      number[digits++] = c - '0';
      end = k + 1;
      continue;
    }
    if ((c != ' ' && c != '-') || (separator != 0 && c != separator) || !is_digit(at(text, k + 1))) break;
    // Groups of four, as on the card; American Express has 4-6-5.
    if (digits != 4 && digits != 8 && digits != 12 && digits != 16 && digits != 10) break;
    separator = c;
  }
  if (digits < 13 || is_letter(at(text, end)) || at(text, end) == '_') return 0;
  // Visa, Mastercard, American Express, Discover, JCB, Maestro.
  const int two = number[0] * 10 + number[1];
  const bool issuer = number[0] == 4 || (two >= 51 && two <= 55) || (two >= 22 && two <= 27) || two == 34 ||
                      two == 37 || two == 35 || two == 60 || two == 62 || two == 64 || two == 65 || two == 67;
  if (!issuer) return 0;
  int sum = 0;
  for (std::size_t k = 0; k < digits; ++k) {
    int digit = number[digits - 1 - k];
    if (k % 2 == 1 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 == 0 ? end - i : 0;
}

std::size_t private_key(string_view text, std::size_t i) {
  const string_view rest = text.substr(i);
  if (!rest.starts_with("-----BEGIN")) return 0;
  const string_view name = rest.substr(0, std::min<std::size_t>(rest.find("-----", 11), 80));
  const std::size_t kind = name.find("PRIVATE");
  if (kind == string_view::npos || name.find("KEY", kind) == string_view::npos) return 0;
  const std::size_t end = rest.find("-----END", name.size());
  if (end == string_view::npos) return rest.size();
  const std::size_t close = rest.find("-----", end + 8);
  return close == string_view::npos ? rest.size() : close + 5;
}

std::size_t hex_key(string_view text, std::size_t i, std::size_t floor) {
  constexpr std::size_t kDigits = 64;
  constexpr std::size_t kReach = 64;
  const bool prefixed = at(text, i) == '0' && lower(at(text, i + 1)) == 'x';
  const std::size_t size = kDigits + (prefixed ? 2 : 0);
  if (text.size() < i + size || is(at(text, i + size), bytes::kWord)) return 0;
  const string_view digits = text.substr(i + (prefixed ? 2 : 0), kDigits);
  if (!std::ranges::all_of(digits,
                           [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }))
    return 0;
  // The last word before it that identifies it.
  bool secret = prefixed;
  std::size_t p = std::max(floor, i > kReach ? i - kReach : 0);
  bool shared = false;
  while (p < i) {
    if (!is_letter(text[p])) {
      if (text[p] == '\n') secret = prefixed;
      ++p;
      continue;
    }
    const std::size_t end = letters_end(text, p);
    const string_view word = text.substr(p, std::min(end, i) - p);
    p = end;
    const auto one_of = [&](std::span<const string_view> list) {
      return std::ranges::any_of(list, [&](string_view each) { return begins_with_letters(word, each); });
    };
    if (begins_with_letters(word, "pub")) {
      shared = true;
      secret = false;
    } else if (one_of(kHidden)) {
      shared = false;
      secret = true;
    } else if (one_of(kShown)) {
      secret = false;
    } else if (begins_with_letters(word, "key") && prefixed && !shared) {
      secret = true;
    }
  }
  return secret ? size : 0;
}

std::size_t wallet_words(string_view text, std::size_t i) {
  std::size_t count = 0;
  std::size_t end = i;
  for (std::size_t p = i;; p = end + 1) {
    std::size_t stop = p;
    while (stop < text.size() && is_letter(text[stop]) && !is_upper(text[stop])) ++stop;
    const string_view word = text.substr(std::min(p, text.size()), stop - p);
    if (word.size() < 3 || word.size() > 8 || std::ranges::find(kProse, word) != kProse.end()) break;
    if (is(at(text, stop), bytes::kWord) || string_view("=/@-").contains(at(text, stop))) break;
    ++count;
    end = stop;
    if (at(text, stop) != ' ' || stop >= text.size()) break;
  }
  return count >= kWalletWords ? end - i : 0;
}

}  // namespace log_analysis
