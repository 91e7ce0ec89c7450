// A mail according to RFC 5322: headers without injection, a UTF-8 body in base64.
//
// Not libcurl's curl_mime: of a mail it would write MIME-Version and the lines of base64. It sends even a
// single text as multipart/mixed, with a boundary that is another one at every attempt, and leaves the Date,
// the Message-ID, the folding of addresses and a subject beyond ASCII (RFC 2047) to its caller.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"

namespace healer::notify {

// name@host of plain characters: no display name, no comment, no character that could end a header or an SMTP
// command.
bool is_mail_address(std::string_view text);

// smtp://host[:port] or smtps://host[:port]: no user, no path.
bool is_smtp_url(std::string_view text);

struct Mail {
  std::string from;
  std::vector<std::string> to;
  std::string subject;  // any text: line ends and control characters become spaces
  std::string body;
  base::WallTime at{};
  // Of the message; the same at every attempt, so that a mail program can recognise duplicates.
  std::string id;
};

// With CRLF line ends, none longer than 78 characters but addresses. RFC 5322, 2045, 2047.
std::string mail_text(const Mail& mail);

// Mon, 17 Nov 2025 17:06:14 +0000
std::string mail_date(base::WallTime time);

}  // namespace healer::notify
