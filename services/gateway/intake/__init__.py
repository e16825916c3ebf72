"""What comes in: pictures, their options, and the outbox that loses none of them."""
