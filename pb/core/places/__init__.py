"""The national classifier of territories (KATO): kinds, parents, whole names, and addresses."""
