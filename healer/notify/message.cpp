#include "healer/notify/message.h"

#include <algorithm>
#include <iterator>

#include "base/text/utf8.h"
#include "healer/notify/template.h"
#include "log_analysis/redaction.h"

namespace healer::notify {
namespace {

constexpr std::string_view kEllipsis = "…";

constexpr std::size_t kLongestTitle = 500;
constexpr std::size_t kLongestValue = 1000;
constexpr std::size_t kLongestLine = 4000;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostLines = 100;

// Masks before it cuts: the beginning of a secret is secret, too.
void clean(std::string& text, std::size_t longest) {
  text = base::one_line(log_analysis::mask_secrets(base::one_line(text, std::string::npos)), longest);
}

std::string as_it_is(std::string_view text) { return std::string(text); }

// approve → Approve
std::string heading(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string links_of(const Notice& notice, const Markup& markup) {
  std::string lines;
  for (const auto& [name, url] : notice.links) lines += "\n" + markup.link(heading(name), url);
  return lines;
}

// What an operator needs of every notice, below a text that an operator knows: what `words` do not have yet.
std::string footer_of(const Notice& notice, std::string_view words, const Wording& wording,
                      const Markup& markup) {
  const auto escape = markup.escape == nullptr ? as_it_is : markup.escape;
  struct Row {
    std::string_view field;
    std::string_view name;
    std::string value;
  };
  std::string lines;
  for (const auto& [field, name, value] :
       {Row{"{container}", "Container", notice.container}, Row{"{action}", "Action", notice.action},
        Row{"{incident}", "Incident", notice.incident}, Row{"{next_step}", "Next step", next_step_of(notice)},
        Row{"{stack}", "Stack", wording.stack}}) {
    if (!value.empty() && !words.contains(field)) lines += fmt::format("\n{}: {}", name, escape(value));
  }
  return lines;
}

}  // namespace

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;  // four bytes are a surrogate pair
  }
  return units;
}

std::string cut(std::string_view text, std::size_t max_units, std::string (*escape)(std::string_view)) {
  std::string whole = escape(text);
  if (utf16_units(whole) <= max_units) return whole;
  const std::size_t room = max_units - std::min(max_units, utf16_units(kEllipsis));
  // The escaped form grows with the number of characters, which allows a binary search.
  std::vector<std::size_t> ends{0};
  for (std::size_t i = 1; i <= text.size(); ++i) {
    if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ends.push_back(i);
  }
  const auto first_too_long = std::ranges::partition_point(
      ends, [&](std::size_t end) { return utf16_units(escape(text.substr(0, end))) <= room; });
  const std::size_t end = first_too_long == ends.begin() ? 0 : *std::prev(first_too_long);
  return escape(text.substr(0, end)).append(kEllipsis);
}

Notice masked(Notice notice) {
  clean(notice.title, kLongestTitle);
  clean(notice.detail, kLongestLine);
  if (notice.more.size() > kMostLines) {
    const std::size_t left_out = notice.more.size() - kMostLines;
    notice.more.resize(kMostLines);
    notice.more.push_back(fmt::format("… and {} more", left_out));
  }
  for (std::string& line : notice.more) clean(line, kLongestLine);
  for (auto& [name, value] : notice.fields) {
    name = base::one_line(name, kLongestName);
    clean(value, kLongestValue);
  }
  for (std::string* text : {&notice.action, &notice.next_step}) clean(*text, kLongestTitle);
  for (std::string* name :
       {&notice.container, &notice.playbook, &notice.incident, &notice.subsystem, &notice.severity})
    *name = base::one_line(*name, kLongestName);
  return notice;
}

std::string message_text(const Notice& notice, const Wording& wording, const Markup& markup) {
  const auto own = wording.templates.find(notice.kind);
  const std::string_view words =
      own == wording.templates.end() ? about(notice.kind).default_template : std::string_view(own->second);
  const Notice safe = masked(notice);
  const std::vector<Piece> pieces = render(words, safe, wording.stack, markup.bold);
  // An own template has the fields where its author wants them.
  const std::string footer =
      own == wording.templates.end() ? footer_of(safe, words, wording, markup) : std::string();
  const auto escape_of = [&](const Piece& piece) {
    const auto escape = piece.of_template ? markup.escape_template : markup.escape;
    return escape == nullptr ? as_it_is : escape;
  };
  std::string text;
  for (const Piece& piece : pieces) text += escape_of(piece)(piece.text);
  std::string links = footer + links_of(notice, markup);
  if (utf16_units(text) + utf16_units(links) <= markup.limit) return text + links;
  if (!wording.external_url.empty()) links += "\n" + markup.link("Full text", wording.external_url);
  // A cut link is useless: if the links leave no room for text, all of them are left out.
  if (utf16_units(links) > markup.limit / 2)
    links = utf16_units(footer) > markup.limit / 2 ? std::string() : footer;
  std::size_t room = markup.limit - utf16_units(links);
  text.clear();
  for (const Piece& piece : pieces) {
    const std::string whole = escape_of(piece)(piece.text);
    const std::size_t units = utf16_units(whole);
    // Reserve room for the … that may have to follow.
    if (units + utf16_units(kEllipsis) > room)
      return text + cut(piece.text, units == room ? room - 1 : room, escape_of(piece)) + links;
    text += whole;
    room -= units;
  }
  return text + links;
}

}  // namespace healer::notify
