// Notices as mail.
#pragma once

#include <memory>

#include "healer/notify/channels/smtp_message.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

// Converts a notice into a mail. Equal notices get the same id.
Mail mail_of(const Notice& notice, const NotifierConfig& config, const Wording& wording);

std::unique_ptr<Notifier> make_email(const NotifierConfig& config, const Wording& wording);

}  // namespace healer::notify
