#include "healer/notify/message.h"

#include "base/utf8.h"
#include "healer/notify/template.h"
#include "logs/secrets.h"

namespace healer::notify {
namespace {

constexpr std::string_view kEllipsis = "…";

std::size_t length_of_first(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

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
  std::string out;
  std::size_t units = utf16_units(kEllipsis);
  while (!text.empty()) {
    const auto length = length_of_first(text);
    const std::string next = escape(text.substr(0, length));
    units += utf16_units(next);
    if (units > max_units) break;
    out += next;
    text.remove_prefix(length);
  }
  return out.append(kEllipsis);
}

Notice masked(Notice notice) {
  const auto clean = [](std::string& text) { text = logs::mask_secrets(base::repair_utf8(text)); };
  clean(notice.title);
  clean(notice.detail);
  for (auto& [name, value] : notice.fields) clean(value);
  return notice;
}

std::string message_text(const Notice& notice, const Wording& wording, const Markup& markup) {
  const auto own = wording.templates.find(notice.kind);
  const std::string_view words =
      own == wording.templates.end() ? default_template(notice.kind) : std::string_view(own->second);
  const std::string text = render(words, masked(notice), wording.stack, markup.bold);
  std::string links = links_of(notice, markup);
  if (utf16_units(markup.escape(text)) + utf16_units(links) <= markup.limit)
    return markup.escape(text) + links;
  if (!wording.external_url.empty()) links += "\n" + markup.link("All of it", wording.external_url);
  // Half a link is none: a notice of so many that no room for words is left goes without them.
  if (utf16_units(links) > markup.limit / 2) links.clear();
  return cut(text, markup.limit - utf16_units(links), markup.escape) + links;
}

}  // namespace healer::notify
