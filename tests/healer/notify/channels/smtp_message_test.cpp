#include "healer/notify/channels/smtp_message.h"

#include "tests/catch.h"

using healer::notify::is_mail_address;
using healer::notify::is_smtp_url;
using healer::notify::mail_date;
using healer::notify::mail_text;

namespace {

healer::notify::Mail mail(std::string subject, std::string body = "hello") {
  return {.from = "salus@example.org",
          .to = {"a@example.org", "b@example.org"},
          .subject = std::move(subject),
          .body = std::move(body),
          .at = base::WallTime(std::chrono::seconds(1763399174)),
          .id = "abc"};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", begin)) {
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 2;
  }
  CHECK(begin == text.size());
  return lines;
}

}  // namespace

TEST_CASE("a mail has the headers of RFC 5322 and a body in base64") {
  CHECK(mail_text(mail("All is well")) ==
        "Date: Mon, 17 Nov 2025 17:06:14 +0000\r\n"
        "From: <salus@example.org>\r\n"
        "To: <a@example.org>,\r\n"
        " <b@example.org>\r\n"
        "Subject: All is well\r\n"
        "Message-ID: <abc@example.org>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "aGVsbG8=\r\n");
}

TEST_CASE("a subject cannot break out of its header") {
  const std::string text = mail_text(mail("evil\r\nBcc: victim@example.org\r\n\r\nbody"));
  CHECK_THAT(text, Catch::Contains("Subject: evil  Bcc: victim@example.org    body\r\n"));
  CHECK_THAT(text, !Catch::Contains("\nBcc:"));
}

TEST_CASE("a subject beyond ASCII is encoded in words of whole characters") {
  CHECK_THAT(mail_text(mail("🚨 Alarm")), Catch::Contains("Subject: =?UTF-8?B?8J+aqCBBbGFybQ==?=\r\n"));
  CHECK_THAT(mail_text(mail("=?UTF-8?B?QQ==?=")),
             Catch::Contains("Subject: =?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?=\r\n"));
  std::string longest;
  for (int i = 0; i < 40; ++i) longest += "é🚨";
  for (const std::string& line : lines_of(mail_text(mail(longest)))) CHECK(line.size() <= 84);
}

TEST_CASE("a body's lines end as mail's do, and none of them is long") {
  std::string body(2000, 'x');
  body += "\n.\nend";
  const std::string text = mail_text(mail("s", body));
  for (const std::string& line : lines_of(text)) CHECK(line.size() <= 78);
  CHECK_THAT(mail_text(mail("s", "a\nb\r\n")), Catch::EndsWith("\r\n\r\nYQ0KYg0K\r\n"));  // a CRLF b CRLF
}

TEST_CASE("dates are those of RFC 5322") {
  CHECK(mail_date(base::WallTime{}) == "Thu, 01 Jan 1970 00:00:00 +0000");
  CHECK(mail_date(base::WallTime(std::chrono::seconds(1709251199))) == "Thu, 29 Feb 2024 23:59:59 +0000");
}

TEST_CASE("an address is plain characters around one @") {
  const auto [text, fine] = GENERATE(table<std::string, bool>({
      {"ops@example.org", true},
      {"first.last+salus@mail.example.org", true},
      {"root@localhost", true},
      {"", false},
      {"ops", false},
      {"@example.org", false},
      {"ops@", false},
      {"a b@example.org", false},
      {"Ops <ops@example.org>", false},
      {"ops@example.org\r\nRCPT TO:<x@y>", false},
      {"a@b@example.org", false},
      {"ops@exa mple.org", false},
      {"-oops@example.org", false},
  }));
  CAPTURE(text);
  CHECK(is_mail_address(text) == fine);
}

TEST_CASE("a server is smtp or smtps with a host and nothing behind it") {
  const auto [text, fine] = GENERATE(table<std::string, bool>({
      {"smtp://mail.example.org", true},
      {"smtp://mail.example.org:587", true},
      {"smtps://[::1]:465", true},
      {"http://mail.example.org", false},
      {"mail.example.org:25", false},
      {"smtp://user:secret@mail.example.org", false},
      {"smtp://mail.example.org/ehlo", false},
      {"smtp://", false},
  }));
  CAPTURE(text);
  CHECK(is_smtp_url(text) == fine);
}
