#include "healer/notify/channels/smtp_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/http/url.h"
#include "base/text/base64.h"
#include "base/text/utf8.h"

namespace healer::notify {
namespace {

constexpr std::string_view kAtoms =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
constexpr std::string_view kHost = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// RFC 2047: encoded words of at most 75 characters, each of whole characters, folded with a space.
std::string header_text(std::string_view text) {
  std::string line = base::repair_utf8(text);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  if (is_plain(line) && line.size() <= 60 && !line.starts_with("=?")) return line;
  constexpr std::size_t kBytesOfAWord = 45;  // 60 digits
  std::string out;
  for (std::string_view rest = line; !rest.empty();) {
    std::size_t length = std::min(kBytesOfAWord, rest.size());
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0) == 0x80) --length;
    out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : "\r\n ", base::base64(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  return out;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const std::string_view name = text.substr(0, at);
  const std::string_view host = text.substr(at + 1);
  return name.find_first_not_of(kAtoms) == std::string_view::npos && !name.starts_with('.') &&
         !name.starts_with('-') && !host.empty() && host.find_first_not_of(kHost) == std::string_view::npos &&
         !host.starts_with('.') && !host.starts_with('-');
}

bool is_smtp_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, scheme);
  if (name != "smtp" && name != "smtps") return false;
  // Host and port have the same syntax as in an HTTP URL.
  const auto url = base::parse_base_url("http://" + std::string(text.substr(scheme + 3)));
  return url && url->user.empty() && url->password.empty() && url->prefix.empty();
}

std::string mail_date(base::WallTime time) {
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                     kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string mail_text(const Mail& mail) {
  std::string text;
  text += fmt::format("Date: {}\r\nFrom: <{}>\r\n", mail_date(mail.at), mail.from);
  for (std::size_t i = 0; i < mail.to.size(); ++i) {
    text += fmt::format("{}<{}>{}\r\n", i == 0 ? "To: " : " ", mail.to[i], i + 1 < mail.to.size() ? "," : "");
  }
  text += fmt::format("Subject: {}\r\n", header_text(mail.subject));
  text += fmt::format("Message-ID: <{}@{}>\r\n", mail.id, mail.from.substr(mail.from.rfind('@') + 1));
  text +=
      "Auto-Submitted: auto-generated\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "\r\n";
  std::string lines;
  for (const char c : base::repair_utf8(mail.body)) {
    if (c != '\r') lines.append(c == '\n' ? "\r\n" : std::string_view(&c, 1));
  }
  const std::string digits = base::base64(lines);
  for (std::size_t i = 0; i < digits.size(); i += 76) text += digits.substr(i, 76) + "\r\n";
  return text;
}

}  // namespace healer::notify
