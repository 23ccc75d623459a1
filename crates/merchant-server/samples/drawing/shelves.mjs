// The colours behind the products, one pair a shelf: `paper` fills the picture, `halo` is the disc behind
// the thing.

const shelf = (paper, halo) => ({ paper, halo });

export const SHELVES = {
  'coffee-shop': {
    coffee: shelf('#f3e7d6', '#e9d5ba'),
    quick: shelf('#e4ecea', '#cfdfdb'),
    tea: shelf('#eaf0df', '#d7e3c3'),
    gear: shelf('#e6e9ef', '#d2d9e4'),
    cups: shelf('#f5e4dc', '#eccfc2'),
    pantry: shelf('#fbecc9', '#f4dc9f'),
    home: shelf('#ece6f0', '#dbd0e3'),
    gifts: shelf('#f8e1de', '#f0c8c3'),
  },
  'paper-shop': {
    paper: shelf('#e9ecf2', '#d4dbe7'),
    pens: shelf('#f1ebe0', '#e2d7c3'),
    ink: shelf('#e8ecec', '#d3dcdc'),
    desk: shelf('#eee8e4', '#ddd2ca'),
    washi: shelf('#f9e7e3', '#f1d0c8'),
    tea: shelf('#e8efdf', '#d3e1c2'),
    teaware: shelf('#f2e9dc', '#e4d4bc'),
    scent: shelf('#ece5ee', '#dacede'),
  },
};
