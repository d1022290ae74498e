#include "bindings/numeral.h"

#include <cctype>

namespace lagoon::bindings {

bool Numeral::is_digit(int c) const noexcept { return (hex_ ? std::isxdigit(c) : std::isdigit(c)) != 0; }

// Whether c can be what this part of a numeral is.
bool Numeral::expects(int c) noexcept {
  switch (part_) {
    case Part::Space: return std::isspace(c) != 0;
    case Part::Sign:
    case Part::MarkSign: return c == '-' || c == '+';
    case Part::Zero: return c == '0';
    case Part::Base: return c == 'x' || c == 'X';
    case Part::Whole:
    case Part::Fraction: return is_digit(c);
    case Part::Power: return std::isdigit(c) != 0;
    case Part::Point: return c == point_ || c == '.';
    case Part::Mark: return digits_ && (hex_ ? c == 'p' || c == 'P' : c == 'e' || c == 'E');
    case Part::End: break;
  }
  return false;
}

bool Numeral::take(int c) noexcept {
  for (; part_ != Part::End; next_part()) {
    if (part_ == Part::Base && !digits_) continue;  // no zero was there
    if (expects(c)) return add(c);
    if (part_ == Part::Mark) break;
  }
  part_ = Part::End;
  return false;
}

bool Numeral::add(int c) noexcept {
  if (part_ == Part::Space) return true;
  if (size_ == kLongest) {
    size_ = 0;
    part_ = Part::End;
    return false;
  }
  text_[size_++] = static_cast<char>(c);
  switch (part_) {
    case Part::Whole:
    case Part::Fraction: digits_ = true; return true;
    case Part::Power: return true;
    case Part::Zero: digits_ = true; break;
    case Part::Base:
      hex_ = true;
      digits_ = false;
      break;
    default: break;
  }
  next_part();
  return true;
}

const char* Numeral::text() noexcept {
  text_[size_] = '\0';
  return text_;
}

}  // namespace lagoon::bindings
