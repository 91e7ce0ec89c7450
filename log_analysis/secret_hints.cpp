#include "log_analysis/secret_hints.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

// The lower-case beginning of a secret's name, of the separator after it, or of a secret. The first three
// bytes are looked up at each byte of a line, so shorter hints are entered with every possible third byte.
enum class Edge : std::uint8_t {
  any,     // no matter what follows
  word,    // the word ends here, or its plural
  joined,  // a separator, a quote or the rest of a name follows; behind a space only a separator or "id"
  digit,   // a digit follows
  start,   // at the start of a word
};
struct Hint {
  string_view text;
  Edge edge = Edge::any;
};
constexpr auto kHints = std::to_array<Hint>({
    // names
    {"passw"},
    {"passphr"},
    {"passcode"},
    {"pass", Edge::joined},
    {"pwd", Edge::word},
    {"secret"},
    {"token"},
    {"key", Edge::word},
    {"keyid"},
    {"authori"},
    {"auth", Edge::joined},
    {"cred"},
    {"cookie"},
    {"mnemonic"},
    {"phrase"},
    {"words", Edge::joined},
    {"seed", Edge::word},
    {"hmac"},
    {"requirepass"},
    {"masterauth"},
    {"hook"},
    {"session", Edge::joined},
    {"sess", Edge::joined},
    {"sessi", Edge::joined},
    {"sessionid"},
    {"sessid"},
    {"bearer"},
    {"basic "},
    {"signature"},
    {"accesssign"},
    {"apisign"},
    {"sign", Edge::joined},
    {"sig", Edge::joined},
    {"identified"},
    {"uid", Edge::joined},
    {"otp", Edge::joined},
    {"jwt", Edge::joined},
    {"sid", Edge::joined},
    {"xprv"},
    // separators
    {"://"},
    {":\\/"},
    {":\\\\"},
    {":\\x5c/"},
    {"%3a%2f"},
    {"%253a"},
    {"@tcp"},
    {"@unix"},
    {":thin:"},
    {"-----begin"},
    {"--user"},
    {"--proxy-user"},
    // tokens and addresses
    {"eyj", Edge::start},
    {"akia", Edge::start},
    {"asia", Edge::start},
    {"aiza", Edge::start},
    {"age-secret", Edge::start},
    {"ghp_", Edge::start},
    {"gho_", Edge::start},
    {"ghu_", Edge::start},
    {"ghs_", Edge::start},
    {"ghr_", Edge::start},
    {"github_pat_", Edge::start},
    {"glpat-", Edge::start},
    {"xox", Edge::start},
    {"xapp-", Edge::start},
    {"sk-", Edge::start},
    {"sk_", Edge::start},
    {"rk_live", Edge::start},
    {"whsec_", Edge::start},
    {"sg.", Edge::start},
    {"ya29.", Edge::start},
    {"gocspx-", Edge::start},
    {"npm_", Edge::start},
    {"pypi-", Edge::start},
    {"dop_v1", Edge::start},
    {"hf_", Edge::start},
    {"hvs.", Edge::start},
    {"shpat_", Edge::start},
    {"dckr_pat", Edge::start},
    {"ws/", Edge::start},
    {"bot", Edge::digit},
    {"hc-ping.com/"},
    {"infura.io/"},
    {"alchemy.com/"},
    {"quiknode.pro/"},
    {"integration/"},
    {"ifttt.com/"},
});

// One-letter options, by the preceding text.
constexpr string_view kBeforeOption = " \t\n\"'`[(,=:*27;";
constexpr string_view kOptions = "puaw";

// Three bytes in lower case; punctuation may collide, because an exact check follows.
constexpr std::uint32_t three_of(char a, char b, char c) {
  const auto byte = [](char one) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(one)) | 0x20U;
  };
  return byte(a) | byte(b) << 8U | byte(c) << 16U;
}
constexpr std::size_t kSlots = 0x2000;
constexpr std::size_t slot_of(std::uint64_t bytes) {
  return (static_cast<std::uint32_t>(bytes & 0xffffffU) * 0x9E3779B1U) >> 19U;
}

constexpr auto kFirst = [] {
  std::array<std::uint8_t, kSlots> first{};
  for (const Hint& hint : kHints) first[slot_of(three_of(hint.text[0], hint.text[1], hint.text[2]))] = 1;
  for (const char before : kBeforeOption)
    for (const char option : kOptions) first[slot_of(three_of(before, '-', option))] = 1;
  return first;
}();

// For each first byte: where its hints begin in the sorted table.
constexpr auto kSorted = [] {
  auto sorted = kHints;
  std::ranges::sort(sorted, {}, [](const Hint& hint) { return hint.text[0]; });
  return sorted;
}();
constexpr auto kBegins = [] {
  std::array<std::uint8_t, 257> begins{};
  for (std::size_t c = 0; c < begins.size(); ++c) {
    std::size_t n = 0;
    while (n < kSorted.size() && static_cast<std::size_t>(kSorted[n].text[0]) < c) ++n;
    begins[c] = static_cast<std::uint8_t>(n);
  }
  return begins;
}();

bool fits(string_view text, std::size_t begin, std::size_t end, Edge edge) {
  switch (edge) {
    case Edge::any:
      return true;
    case Edge::word:
    case Edge::joined: {
      if (at(text, end) == 's' || (at(text, end) == 'S' && !is_letter(at(text, end + 1)))) ++end;
      const char next = at(text, end);
      const bool auth = text.substr(begin, 5) == "AUTH ";
      const bool named = lower(text[begin]) == 'p';  // pass: also in a list of columns, and before a dot
      if (is_letter(next)) return is_upper(next);
      if (edge == Edge::word) return true;
      if (next == '.' && is(at(text, end + 1), bytes::kWord)) return true;
      if (!is_space(next)) return named || (next != ')' && next != ',' && next != ';' && next != '.');
      // An option or an element: its value or first attribute follows.
      while (begin > 0 && (is(text[begin - 1], bytes::kName) || one_of<'_', ':', '<'>(text[begin - 1]))) {
        --begin;
        if (text[begin] == '-' || text[begin] == '<') return true;
      }
      const char after = at(text, skip_spaces(text, end));
      return one_of<'=', ':', '\'', 'i', 'I'>(after) || auth;
    }
    case Edge::digit:
      return is_digit(at(text, end));
    case Edge::start:
      // 'm' ends a colour code; \n, %22, \x22, \u0022 end with a letter or a digit.
      if (begin == 0 || !is(text[begin - 1], bytes::kWord) || text[begin - 1] == 'm') return true;
      return (begin >= 2 && text[begin - 2] == '\\') || (begin >= 3 && text[begin - 3] == '%') ||
             (begin >= 4 && text[begin - 4] == '\\') || (begin >= 6 && text[begin - 6] == '\\');
  }
  return true;
}

bool is_hint(string_view text, std::size_t i) {
  if (at(text, i + 1) == '-' && kOptions.contains(lower(at(text, i + 2))) && kBeforeOption.contains(text[i]))
    return true;
  const auto first = static_cast<unsigned char>(is_upper(text[i]) ? lower(text[i]) : text[i]);
  for (std::size_t each = kBegins[first]; each < kBegins[first + 1U]; ++each) {
    const Hint& hint = kSorted[each];
    std::size_t n = 1;
    while (n < hint.text.size() && lower(at(text, i + n)) == hint.text[n]) ++n;
    if (n < hint.text.size()) continue;
    if (fits(text, i, i + n, hint.edge)) return true;
  }
  return false;
}

// The length of the run of bytes around `i` for which `in` is true.
template <class In>
std::size_t run_around(string_view text, std::size_t i, In in) {
  std::size_t begin = i;
  std::size_t end = i;
  while (begin > 0 && in(text[begin - 1])) --begin;
  while (end < text.size() && in(text[end])) ++end;
  return end - begin;
}

// Around the four digits at `i`: enough digits for a card number, together or in groups of four, or the
// number and token of a bot.
bool is_number_hint(string_view text, std::size_t i) {
  constexpr std::size_t kCard = 13;
  constexpr std::size_t kToken = 30;
  std::size_t begin = i;
  std::size_t end = i + 4;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end - begin >= kCard) return true;
  const auto group_at = [&](std::size_t at_group) {
    const string_view group = text.substr(std::min(at_group, text.size()), 4);
    return group.size() == 4 && std::ranges::all_of(group, is_digit);
  };
  const auto separates = [&](std::size_t place) {
    return place < text.size() && (text[place] == ' ' || text[place] == '-');
  };
  if (end - begin <= 6 && separates(end) && group_at(end + 1)) return true;
  if (end - begin <= 6 && begin >= 5 && separates(begin - 1) && group_at(begin - 5)) return true;
  if (end - begin < 8 || at(text, end) != ':') return false;
  std::size_t stop = end + 1;
  while (stop < text.size() && (is(text[stop], bytes::kWord) || text[stop] == '-')) ++stop;
  return stop - end > kToken;
}

// Secrets that are recognised only by their shape are long, so checking every n-th byte finds them.
bool has_long_run(string_view text) {
  constexpr std::size_t kKey = 64;     // hexadecimal digits
  constexpr std::size_t kWallet = 47;  // 12 words of 3 small letters
  const auto in_word = [](char c) { return is(c, bytes::kWord); };
  const auto in_words = [](char c) { return (is_letter(c) && !is_upper(c)) || c == ' '; };
  for (std::size_t i = kKey - 1; i < text.size(); i += kKey)
    if (in_word(text[i]) && run_around(text, i, in_word) >= kKey) return true;
  for (std::size_t i = kWallet - 1; i < text.size(); i += kWallet)
    if (in_words(text[i]) && run_around(text, i, in_words) >= kWallet) return true;
  return false;
}

}  // namespace

bool may_hold_secret(string_view text) {
  const std::size_t size = text.size();
  if (size > 1 && text[0] == '-' && kOptions.contains(lower(text[1]))) return true;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 4) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    if constexpr (std::endian::native == std::endian::big) eight = std::byteswap(eight);
    // Four digits, or punctuation that is next to them.
    if ((eight & 0xf0f0f0f0U) == 0x30303030U && std::ranges::all_of(text.substr(i, 4), is_digit) &&
        is_number_hint(text, i))
      return true;
    eight |= 0x2020202020202020U;
    const unsigned hits = kFirst[slot_of(eight)] | kFirst[slot_of(eight >> 8U)] << 1U |
                          kFirst[slot_of(eight >> 16U)] << 2U | kFirst[slot_of(eight >> 24U)] << 3U;
    if (hits == 0) continue;
    for (unsigned k = 0; k < 4; ++k)
      if ((hits >> k & 1U) != 0 && is_hint(text, i + k)) return true;
  }
  if (i + 4 <= size && std::ranges::all_of(text.substr(i, 4), is_digit) && is_number_hint(text, i))
    return true;
  for (; i + 3 <= size; ++i)
    if (is_hint(text, i)) return true;
  return has_long_run(text);
}

}  // namespace log_analysis
