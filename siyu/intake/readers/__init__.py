"""Files as streams of text columns: any layout Siyu knows, in bounded memory, with every row's place kept."""
