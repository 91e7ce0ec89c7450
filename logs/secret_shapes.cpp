#include "logs/secret_shapes.h"

#include <algorithm>
#include <array>

#include "logs/text.h"

namespace logs {

namespace {

using std::string_view;

struct KeyEnding {
  string_view ending;  // lower case, without separators
  SecretKey kind;
};
constexpr std::array kKeyEndings{
    KeyEnding{"password", SecretKey::value},      KeyEnding{"passwd", SecretKey::value},
    KeyEnding{"pwd", SecretKey::value},           KeyEnding{"passphrase", SecretKey::value},
    KeyEnding{"secret", SecretKey::value},        KeyEnding{"token", SecretKey::token},
    KeyEnding{"apikey", SecretKey::value},        KeyEnding{"accesskey", SecretKey::value},
    KeyEnding{"privatekey", SecretKey::value},    KeyEnding{"secretkey", SecretKey::value},
    KeyEnding{"authkey", SecretKey::value},       KeyEnding{"signingkey", SecretKey::value},
    KeyEnding{"encryptionkey", SecretKey::value}, KeyEnding{"listenkey", SecretKey::value},
    KeyEnding{"accountkey", SecretKey::value},    KeyEnding{"accesskeyid", SecretKey::value},
    KeyEnding{"signature", SecretKey::token},     KeyEnding{"credential", SecretKey::token},
    KeyEnding{"accesssign", SecretKey::token},    KeyEnding{"hmac", SecretKey::token},
    KeyEnding{"credentials", SecretKey::token},   KeyEnding{"sessionid", SecretKey::token},
    KeyEnding{"mnemonic", SecretKey::line},       KeyEnding{"seedphrase", SecretKey::line},
    KeyEnding{"authorization", SecretKey::line},  KeyEnding{"cookie", SecretKey::line},
};

// What a service's token starts with, and how long at least the rest is.
struct TokenPrefix {
  string_view prefix;
  std::size_t least;
};
constexpr std::array kTokenPrefixes{
    TokenPrefix{"AKIA", 16},     TokenPrefix{"ASIA", 16},
    TokenPrefix{"AIza", 30},     TokenPrefix{"AGE-SECRET-KEY-", 20},
    TokenPrefix{"ghp_", 20},     TokenPrefix{"gho_", 20},
    TokenPrefix{"ghu_", 20},     TokenPrefix{"ghs_", 20},
    TokenPrefix{"ghr_", 20},     TokenPrefix{"github_pat_", 20},
    TokenPrefix{"glpat-", 16},   TokenPrefix{"xoxb-", 10},
    TokenPrefix{"xoxa-", 10},    TokenPrefix{"xoxp-", 10},
    TokenPrefix{"xoxr-", 10},    TokenPrefix{"xoxs-", 10},
    TokenPrefix{"xapp-", 10},    TokenPrefix{"sk-", 20},
    TokenPrefix{"sk_live_", 10}, TokenPrefix{"sk_test_", 10},
    TokenPrefix{"rk_live_", 10}, TokenPrefix{"whsec_", 16},
    TokenPrefix{"SG.", 30},      TokenPrefix{"ya29.", 20},
    TokenPrefix{"npm_", 30},     TokenPrefix{"pypi-", 30},
    TokenPrefix{"dop_v1_", 30},  TokenPrefix{"hf_", 30},
    TokenPrefix{"hvs.", 20},     TokenPrefix{"shpat_", 20},
};

constexpr auto kTokenFirst = [] {
  std::array<bool, 256> first{};
  for (const TokenPrefix& each : kTokenPrefixes) first[static_cast<unsigned char>(each.prefix[0])] = true;
  first['e'] = true;
  return first;
}();

bool is_token_byte(char c) {
  return is(c, bytes::kLetter | bytes::kDigit) || c == '_' || c == '-' || c == '.';
}

// RFC 7519: three base64url parts, the first a JSON object: eyJ….….…
std::size_t json_web_token(string_view text) {
  std::size_t dots = 0;
  std::size_t i = 0;
  while (i < text.size() && is_token_byte(text[i])) dots += text[i++] == '.' ? 1 : 0;
  return i >= 20 && dots >= 1 ? i : 0;
}

}  // namespace

SecretKey secret_key(string_view name) {
  if (name.size() < 3) return SecretKey::no;
  // The last letters decide, and first of all the very last.
  if (!string_view("dtnyecks").contains(lower(name.back()))) return SecretKey::no;
  constexpr std::size_t kLongest = 16;
  std::array<char, kLongest> end{};
  std::size_t used = 0;
  for (std::size_t i = name.size(); i-- > 0 && used < kLongest;)
    if (is(name[i], bytes::kLetter | bytes::kDigit)) end[kLongest - ++used] = lower(name[i]);
  const string_view normal(end.data() + (kLongest - used), used);
  for (const KeyEnding& key : kKeyEndings)
    if (normal.ends_with(key.ending)) return key.kind;
  // DB_PASS, but not "bypass".
  if (normal.ends_with("pass") && name.size() > 4 && !is_letter(name[name.size() - 5]))
    return SecretKey::value;
  return SecretKey::no;
}

std::size_t known_token(string_view text, std::size_t i) {
  if (!kTokenFirst[static_cast<unsigned char>(text[i])]) return 0;
  const string_view rest = text.substr(i);
  if (rest.starts_with("eyJ")) return json_web_token(rest);
  for (const TokenPrefix& each : kTokenPrefixes) {
    if (!rest.starts_with(each.prefix)) continue;
    std::size_t end = each.prefix.size();
    while (end < rest.size() && is_token_byte(rest[end])) ++end;
    while (end > 0 && rest[end - 1] == '.') --end;
    // "sk-learn-contrib-lightning" is a name: a token has digits.
    const string_view token = rest.substr(0, end);
    if (end >= each.prefix.size() + each.least &&
        std::ranges::any_of(token.substr(each.prefix.size()), is_digit))
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
  if (!rest.starts_with("-----BEGIN ")) return 0;
  const std::size_t name = rest.substr(0, 64).find("PRIVATE KEY");
  if (name == string_view::npos) return 0;
  const std::size_t end = rest.find("-----END ");
  if (end == string_view::npos) return rest.size();
  const std::size_t close = rest.find("-----", end + 9);
  return close == string_view::npos ? rest.size() : close + 5;
}

}  // namespace logs
