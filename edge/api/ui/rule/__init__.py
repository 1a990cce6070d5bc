"""Rules as a person looks at them: what there is, how each stands, what one would have done."""
